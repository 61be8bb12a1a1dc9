import {setTimeout as wait} from 'node:timers/promises';
import type {Report, Stream} from '../../lib/load/plan.ts';
import {answeredOf, countOf, countsOf, othersOf} from '../../lib/load/report.ts';
import {LOAD_FILE, steer} from '../../lib/load/start.ts';
import {timelineOf} from '../../lib/load/timeline.ts';
import {quantile} from '../../lib/stats.ts';
import type {LoadRecord} from '../record/record.ts';
import {CLIENT, newOrder, readUser, untilReadable} from './client.ts';
import type {Cluster} from './cluster.ts';
import {pathOf} from './pods.ts';

/**
 * POSTs a second, and as many GETs, of one user; with its token where the services need one. With `lists`, the figures
 * list the acknowledged orders. With `keys`, so many idempotency keys are used again and again, else each order has its
 * own. With `retries`, a request that gets 503 or no answer is sent again for some seconds, as it is.
 */
export type Load = {
  userId: string;
  rate: number;
  token?: string;
  lists?: boolean;
  keys?: number;
  retries?: boolean;
  connections?: number;
};

export type LoadFigures = LoadRecord & {
  failed: number;
  /** The number of connections that were opened. */
  connections: number;
  /** The ids of the orders that were answered with 201, if the load lists them. */
  acknowledged: string[];
};

/** Notes what happens now on the timeline of the load. */
export type Mark = (what: string) => void;

const CONNECTIONS = 30;

/** The rate grows for eight seconds first, because a load generator is slow after its start. */
const RAMP = [0.2, 0.4, 0.6, 0.8];
const RAMP_STEP_MS = 2_000;
const WHOLE = 'whole';

/**
 * Runs a load from before `action` until after it. Returns its figures, which the record of the claim gets as well, by
 * this name.
 */
export async function underLoad(
  cluster: Cluster,
  load: Load,
  action: (mark: Mark) => Promise<void>,
  name = 'load',
): Promise<LoadFigures> {
  const child = cluster.startKubectl(['exec', '--stdin', CLIENT, '--', 'node', pathOf(LOAD_FILE)]);
  const begin = performance.now();
  try {
    const {connections = CONNECTIONS} = load;
    const running = await steer(child, {streams: streamsOf(load), seed: Date.now(), connections});
    for (const factor of RAMP) {
      running.enter(`ramp ${factor}`, {factor});
      await wait(RAMP_STEP_MS);
    }
    const {mark, marks} = markFrom(performance.now());
    running.enter(WHOLE);
    await action(mark);
    mark('end');
    const figures = figuresOf(name, await running.stop(), (performance.now() - begin) / 1000, marks);
    cluster.loads.push(recordOf(figures));
    return figures;
  } finally {
    child.kill();
  }
}

function markFrom(begin: number): {mark: Mark; marks: LoadRecord['marks']} {
  const marks: LoadRecord['marks'] = [];
  return {marks, mark: what => void marks.push({ms: Math.round(performance.now() - begin), what})};
}

/** Few enough to read each order again, and enough to meet every outage of a second. */
const RATE_OF_ORDERS = 10;

/**
 * Runs `action` while orders are placed and users are read.
 * @throws if an order that was acknowledged cannot be read afterwards.
 */
export async function losingNothing(
  cluster: Cluster,
  userId: string,
  action: (mark: Mark) => Promise<void>,
  rate = RATE_OF_ORDERS,
): Promise<LoadFigures> {
  const figures = await underLoad(cluster, {userId, rate, lists: true}, action);
  await untilReadable(cluster, figures.acknowledged);
  return figures;
}

function streamsOf({userId, rate, token, lists = false, keys, retries = false}: Load): Stream[] {
  const headers: Record<string, string> = token === undefined ? {} : {authorization: `Bearer ${token}`};
  const run = Date.now().toString(36);
  const order = newOrder(userId, keys === undefined ? `${run}-{n}` : '{id}');
  const retry = retries ? {retry: {times: 40, pauseMs: 250}} : {};
  return [
    {
      name: 'orders',
      method: 'POST',
      url: order.url,
      headers: {...order.headers, ...headers},
      body: JSON.stringify(order.body),
      rate,
      lists,
      ...(keys !== undefined && {ids: Array.from({length: keys}, (_, index) => `${run}-${index}`)}),
      ...retry,
    },
    {name: 'reads', method: 'GET', url: readUser(userId).url, headers, rate, ...retry},
  ];
}

function figuresOf(name: string, report: Report, seconds: number, marks: LoadRecord['marks']): LoadFigures {
  const phases = Object.keys(report.outcomes);
  const [answered, others] = [answeredOf(report, ...phases), othersOf(report, ...phases)];
  const times = [...answered, ...Object.values(others).flat()];
  const [p50, p99, p999] = [0.5, 0.99, 0.999].map(share => Math.round(quantile(times, share)));
  const slowest = Math.round(times.reduce((most, ms) => Math.max(most, ms), 0));
  return {
    name,
    sent: times.length,
    failed: countOf(others),
    failures: countsOf(others),
    connections: report.connections,
    seconds,
    latencyMs: {p50: p50 ?? NaN, p99: p99 ?? NaN, p999: p999 ?? NaN, slowest},
    timeline: timelineOf(report, WHOLE),
    marks,
    acknowledged: Object.values(report.created['orders'] ?? {}),
  };
}

const recordOf = ({failed: _, connections: __, acknowledged: ___, ...record}: LoadFigures): LoadRecord => record;
