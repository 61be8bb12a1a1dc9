import {until} from '../../lib/until.ts';
import {created, nobody, orderOf, placeOrder, registerMany} from '../api.ts';
import {withSystem, type System} from '../system.ts';
import {shown} from '../../lib/claims.ts';
import type {Run} from '../run.ts';
import {startLoad, type Load} from '../../lib/load/start.ts';
import type {Report, Stream} from '../../lib/load/plan.ts';
import {outcomesOf, shareOf} from '../../lib/load/report.ts';
import {scrape, scrapes, type Samples} from '../../lib/scrape.ts';
import {isSlower, p99} from '../../lib/stats.ts';
import {during} from '../traffic.ts';

const BUYERS = 10;
const BEFORE_S = 5;

/** Longer than a buyer is cached as fresh (5 s), and longer than the breaker's window (10 s). */
const CONTROL_S = 15;

/** 64 lookups that the bulkhead lets through, and 64 in its queue. */
const MOST_LOOKUPS = 128;

type Freeze = {openAfterS: number; lookups: number; inFlight: number};
type Frozen = Freeze & {report: Report; closedAfterS: number};

/** While users hangs, cached buyers can order and other orders are refused at once; soon after it, all is as before. */
export async function frozenUsers(run: Run): Promise<string> {
  const {FAULTS_FREEZE_S: seconds, FAULTS_SCALE: scale} = run.config;
  const {report, openAfterS, closedAfterS, lookups, inFlight} = await freeze(run, seconds, {});
  const control = await freeze(run, CONTROL_S, {USERS_CACHE_STALE_MS: '0'});

  const accepted = acceptedOf(report);
  const refused = outcomesOf(report, 'strangers', 'open');
  const refusedMs = p99(refused['503 users_unavailable']);
  const replayed = shareOf(outcomesOf(report, 'replays', 'frozen', 'open', 'thawed'), '201');
  const [before, frozen] = [readsOf(report, 'before'), readsOf(report, 'frozen', 'open')];

  const figures = `${percent(accepted)} of the orders of known buyers accepted (control with USERS_CACHE_STALE_MS=0: ${percent(acceptedOf(control.report))}); breaker open after ${openAfterS.toFixed(1)} s, then ${percent(shareOf(refused, '503 users_unavailable'))} of the other orders refused with p99 ${refusedMs.toFixed(0)} ms; at most ${lookups} lookups and ${inFlight} requests in flight; p99 of reads ${before.toFixed(0)} → ${frozen.toFixed(0)} ms; ${percent(replayed)} of the replays answered; breaker closed ${closedAfterS.toFixed(1)} s after users continued`;
  return shown(figures, {
    'known buyers can order': accepted >= 0.99,
    'other orders are refused': shareOf(refused, '503 users_unavailable') === 1,
    'they are refused within 50 ms': refusedMs <= 50 * scale,
    'replays are answered': replayed === 1,
    'lookups in flight are bounded': lookups <= MOST_LOOKUPS,
    'reads are not slower': !isSlower(before, frozen, scale),
    'the breaker closes within 5 s': closedAfterS <= 5 * scale,
    'without the stale cache, known buyers cannot order': acceptedOf(control.report) < 0.99,
  });
}

const acceptedOf = (report: Report): number => shareOf(outcomesOf(report, 'known', 'frozen', 'open'), '201');

const readsOf = (report: Report, ...phases: string[]): number => p99(outcomesOf(report, 'reads', ...phases)['200']);

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function freeze(run: Run, seconds: number, settings: Record<string, string>): Promise<Frozen> {
  return withSystem(run, {orders: settings}, async system => {
    const load = await startLoad(await streamsOf(system, run.config.FAULTS_FROZEN_RATE), run);
    await during(load, 'before', BEFORE_S);
    load.enter('frozen');
    await system.users.freeze();
    const seen = await watch(system, load, seconds);
    load.enter('thawed');
    system.users.signal('SIGCONT');
    const closedAfterS = await untilClosed(system);
    return {...seen, closedAfterS, report: await load.stop()};
  });
}

/** Half of the orders come from ten buyers, half from strangers whom orders has not cached. */
async function streamsOf(system: System, rate: number): Promise<Stream[]> {
  const buyers = await registerMany(system, 'buyer', BUYERS);
  const [buyer = ''] = buyers;
  const order = created(await placeOrder(system, buyer, 'replayed'));
  const strangers = Array.from({length: 1_000}, (_, index) => nobody(index));
  const post = {method: 'POST', url: `${system.orders.url}/api/orders`} as const;
  const body = JSON.stringify(orderOf('{id}', 'book'));
  return [
    {...post, name: 'known', ids: buyers, body, rate: rate / 2},
    {...post, name: 'strangers', ids: strangers, body, rate: rate / 2},
    {
      ...post,
      name: 'replays',
      headers: {'Idempotency-Key': 'replayed'},
      body: JSON.stringify(orderOf(buyer, 'replayed')),
      rate: rate / 10,
    },
    {name: 'reads', method: 'GET', url: `${system.orders.url}/api/orders/${order}`, rate: rate / 2},
  ];
}

/** Reads the metrics, and begins a new phase of the load when the breaker opens. */
async function watch({orders}: System, load: Load, seconds: number): Promise<Freeze> {
  const seen: Freeze = {openAfterS: NaN, lookups: 0, inFlight: 0};
  const start = performance.now();
  for await (const samples of scrapes(orders.opsUrl, seconds, 200)) {
    seen.lookups = Math.max(seen.lookups, samples('neighbour_lookups'));
    seen.inFlight = Math.max(seen.inFlight, samples('http_requests_in_flight'));
    if (Number.isNaN(seen.openAfterS) && !isClosed(samples)) {
      seen.openAfterS = (performance.now() - start) / 1000;
      load.enter('open');
    }
  }
  return seen;
}

const isClosed = (samples: Samples): boolean => samples('neighbour_lookup_breaker_state', 'state="closed"') === 1;

async function untilClosed({orders}: System): Promise<number> {
  const start = performance.now();
  await until('a closed breaker', 60, async () => isClosed(await scrape(orders.opsUrl)));
  return (performance.now() - start) / 1000;
}
