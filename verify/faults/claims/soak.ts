import {AS_IN_PODS, withSystem} from '../system.ts';
import {shown} from '../../lib/claims.ts';
import type {Run} from '../run.ts';
import {startLoad} from '../../lib/load/start.ts';
import {answeredOf, countOf, countsOf, othersOf} from '../../lib/load/report.ts';
import {scrapes} from '../../lib/scrape.ts';
import {capacityOf, usualTraffic} from '../traffic.ts';

const LOAD = 0.4;

/** Leaves out the first samples: a new process still compiles its code and opens connections. */
const SETTLING = 0.3;

/** A leak of 100 bytes a request would be five times as much in ten minutes. */
const MOST_MORE_MB = 3;

const counts = ['handles', 'connections', 'series'] as const;

type Count = (typeof counts)[number];
type Sample = Record<'heapMb' | Count, number>;
type Growth = {service: string; heapMb: [number, number]; changes: {name: Count; before: number; after: number}[]};

/** Under a steady load, the heap and the numbers of handles, connections and metrics do not grow. */
export async function soak(run: Run): Promise<string> {
  const {FAULTS_SOAK_S: seconds} = run.config;
  return withSystem(run, AS_IN_PODS, async system => {
    const rate = LOAD * (await capacityOf(system, run));
    const load = await startLoad(await usualTraffic(system, {rate}), run);
    load.enter('soak');
    const growths = await Promise.all([
      growthOf('orders', system.orders, seconds),
      growthOf('users', system.users, seconds),
    ]);
    const report = await load.stop();

    const [answered, others] = [answeredOf(report, 'soak').length, othersOf(report, 'soak')];
    const figures = `${answered} requests in ${seconds} s, others ${countsOf(others) || 'none'}; ${growths.map(textOf).join('; ')}`;
    return shown(figures, {
      '99.9 % of the requests are answered': answered >= 999 * countOf(others),
      ...Object.fromEntries(growths.flatMap(claimsOf)),
    });
  });
}

/** Compares the first third of the samples with the last: the smallest heap, as garbage collection leaves it, and the largest counts. */
async function growthOf(service: string, {opsUrl}: {opsUrl: string}, seconds: number): Promise<Growth> {
  const samples = await sample(opsUrl, seconds);
  const third = Math.floor(samples.length / 3);
  const [first, last] = [samples.slice(0, third), samples.slice(-third)];
  const least = (of: Sample[]) => Math.min(...of.map(({heapMb}) => heapMb));
  const most = (of: Sample[], name: Count) => Math.max(...of.map(sample => sample[name]));
  const changes = counts.map(name => ({name, before: most(first, name), after: most(last, name)}));
  return {service, heapMb: [least(first), least(last)], changes};
}

async function sample(opsUrl: string, seconds: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const value of scrapes(opsUrl, seconds, 500)) {
    samples.push({
      heapMb: value('nodejs_heap_size_used_bytes') / 1e6,
      handles: value('nodejs_active_handles_total'),
      connections: value('mongodb_pool_connections', 'state="open"'),
      series: value.series,
    });
  }
  return samples.slice(Math.floor(samples.length * SETTLING));
}

function textOf({service, heapMb, changes}: Growth): string {
  const [before, after] = heapMb.map(mb => mb.toFixed(1));
  const others = changes.map(change => `${change.name} ${change.before} → ${change.after}`);
  return `${service} heap ${before} → ${after} MB, ${others.join(', ')}`;
}

const claimsOf = ({service, heapMb: [before, after], changes}: Growth): [string, boolean][] => [
  [`the heap of ${service} does not grow`, after - before <= MOST_MORE_MB],
  ...changes.map((change): [string, boolean] => [
    `${change.name} of ${service} do not grow`,
    change.after <= change.before * 1.1 + 2,
  ]),
];
