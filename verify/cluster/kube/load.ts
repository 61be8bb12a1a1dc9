import {setTimeout as wait} from 'node:timers/promises';
import type {Report, Stream} from '../../lib/load/plan.ts';
import {answeredOf, countOf, countsOf, othersOf} from '../../lib/load/report.ts';
import {LOAD_FILE, steer} from '../../lib/load/start.ts';
import {p99} from '../../lib/stats.ts';
import {CLIENT, newOrder, readUser, untilReadable} from './client.ts';
import type {Cluster} from './cluster.ts';
import {pathOf} from './pods.ts';

/**
 * POSTs a second, and as many GETs, of one user; with its token where the services need one. With `lists`, the figures
 * list the acknowledged orders.
 */
export type Load = {userId: string; rate: number; token?: string; lists?: boolean};

export type LoadFigures = {
  sent: number;
  failed: number;
  /** The number of wrong answers by outcome, as text; empty if there are none. */
  failures: string;
  /** The number of connections that were opened. */
  connections: number;
  seconds: number;
  p99Ms: number;
  slowestMs: number;
  /** The ids of the orders that were answered with 201, if the load lists them. */
  acknowledged: string[];
};

const CONNECTIONS = 30;

/** The rate grows for eight seconds first, because a load generator is slow after its start. */
const RAMP = [0.2, 0.4, 0.6, 0.8];
const RAMP_STEP_MS = 2_000;

/** Runs a load from before `action` until after it, without retries. Returns its figures. */
export async function underLoad(cluster: Cluster, load: Load, action: () => Promise<void>): Promise<LoadFigures> {
  const child = cluster.startKubectl(['exec', '--stdin', CLIENT, '--', 'node', pathOf(LOAD_FILE)]);
  const begin = performance.now();
  try {
    const running = await steer(child, {streams: streamsOf(load), seed: Date.now(), connections: CONNECTIONS});
    for (const factor of RAMP) {
      running.enter(`ramp ${factor}`, {factor});
      await wait(RAMP_STEP_MS);
    }
    running.enter('whole');
    await action();
    return figuresOf(await running.stop(), (performance.now() - begin) / 1000);
  } finally {
    child.kill();
  }
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
  action: () => Promise<void>,
  rate = RATE_OF_ORDERS,
): Promise<LoadFigures> {
  const figures = await underLoad(cluster, {userId, rate, lists: true}, action);
  await untilReadable(cluster, figures.acknowledged);
  return figures;
}

function streamsOf({userId, rate, token, lists = false}: Load): Stream[] {
  const headers: Record<string, string> = token === undefined ? {} : {authorization: `Bearer ${token}`};
  const order = newOrder(userId, `${Date.now().toString(36)}-{n}`);
  return [
    {
      name: 'orders',
      method: 'POST',
      url: order.url,
      headers: {...order.headers, ...headers},
      body: JSON.stringify(order.body),
      rate,
      lists,
    },
    {name: 'reads', method: 'GET', url: readUser(userId).url, headers, rate},
  ];
}

function figuresOf(report: Report, seconds: number): LoadFigures {
  const phases = Object.keys(report.outcomes);
  const [answered, others] = [answeredOf(report, ...phases), othersOf(report, ...phases)];
  const times = [...answered, ...Object.values(others).flat()];
  return {
    sent: times.length,
    failed: countOf(others),
    failures: countsOf(others),
    connections: report.connections,
    seconds,
    p99Ms: Math.round(p99(times)),
    slowestMs: Math.round(times.reduce((slowest, ms) => Math.max(slowest, ms), 0)),
    acknowledged: Object.values(report.created['orders'] ?? {}),
  };
}
