import {setTimeout as wait} from 'node:timers/promises';
import {AS_IN_PODS, withDuet} from './duet.ts';
import {shown, type Lab} from './lab.ts';
import {startLoad} from './load.ts';
import {countOf, countsOf} from './load/report.ts';
import {scrape} from './scrape.ts';
import {answeredOf, capacityOf, othersOf, usualTraffic} from './traffic.ts';

const LOAD = 0.4;

/** A process that has just started still compiles its code and opens connections. */
const SETTLING = 0.3;

/** In ten minutes 100 bytes of each request would be five times as much. */
const MOST_MORE_MB = 3;

const counts = ['handles', 'connections', 'series'] as const;

type Sample = Record<'heapMb' | (typeof counts)[number], number>;

/** Nothing grows under a load that goes on. */
export async function soak({config, ...lab}: Lab): Promise<string> {
  const {FAULTS_SOAK_S: seconds, FAULTS_SEED: seed} = config;
  return withDuet(lab.ground, AS_IN_PODS, async duet => {
    const rate = LOAD * (await capacityOf(duet, {config, ...lab}));
    const load = await startLoad(await usualTraffic(duet, {rate}), seed, lab.ground.signal);
    load.enter('soak');
    const [orders, users] = await Promise.all([
      sample(duet.orders.opsUrl, seconds),
      sample(duet.users.opsUrl, seconds),
    ]);
    const report = await load.stop();

    const [answered, others] = [answeredOf(report, 'soak').length, othersOf(report, 'soak')];
    const figures = `${answered} requests in ${seconds} s, others ${countsOf(others) || 'none'}; orders ${textOf(orders)}; users ${textOf(users)}`;
    return shown(figures, {
      '99.9 % of the requests are answered': answered >= 999 * countOf(others),
      ...flat('orders', orders),
      ...flat('users', users),
    });
  });
}

async function sample(opsUrl: string, seconds: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const start = performance.now();
  const since = () => (performance.now() - start) / 1000;
  while (since() < seconds) {
    const value = await scrape(opsUrl);
    samples.push({
      heapMb: value('nodejs_heap_size_used_bytes') / 1e6,
      handles: value('nodejs_active_handles_total'),
      connections: value('mongodb_pool_connections', 'state="open"'),
      series: value.series,
    });
    await wait(500);
  }
  return samples.slice(Math.floor(samples.length * SETTLING));
}

/** From the first third of the samples to the last: megabytes that are left after a collection, and most of the others. */
function growthOf(samples: Sample[]) {
  const third = Math.floor(samples.length / 3);
  const [first, last] = [samples.slice(0, third), samples.slice(-third)];
  const least = (of: Sample[]) => Math.min(...of.map(({heapMb}) => heapMb));
  const most = (of: Sample[], name: (typeof counts)[number]) => Math.max(...of.map(sample => sample[name]));
  return {
    heapMb: least(first),
    moreMb: least(last) - least(first),
    counts: counts.map(name => ({name, before: most(first, name), after: most(last, name)})),
  };
}

function textOf(samples: Sample[]): string {
  const {heapMb, moreMb, counts: all} = growthOf(samples);
  const pairs = all.map(({name, before, after}) => `${name} ${before} → ${after}`);
  return `heap ${heapMb.toFixed(1)} → ${(heapMb + moreMb).toFixed(1)} MB, ${pairs.join(', ')}`;
}

function flat(service: string, samples: Sample[]): Record<string, boolean> {
  const {moreMb, counts: all} = growthOf(samples);
  return {
    [`the heap of ${service} does not grow`]: moreMb <= MOST_MORE_MB,
    ...Object.fromEntries(
      all.map(({name, before, after}) => [`${name} of ${service} do not grow`, after <= before * 1.1 + 2]),
    ),
  };
}
