import {Counter, Gauge, type Registry} from 'prom-client';
import {overloaded, type ErrorKind} from './errors.ts';
import {isLate, watchLoop, type Loop} from './event-loop.ts';
import {createFairShare} from './fair-share.ts';
import type {Log} from './log.ts';
import {startAtZero} from './metrics.ts';

/** Load shedding: refuses requests that the process cannot answer in time, so that it can answer the rest. */
export type Overload = {
  /**
   * Undefined if a new request of the client may be served; otherwise counts it as refused and returns the problem to
   * answer.
   */
  refuseIfFull(client: string): ErrorKind | undefined;
  /** The same for a request that has been counted since its head, once its body has been read. */
  refuseIfFullNow(client: string): ErrorKind | undefined;
  /** Whether the client is one of several and has had more requests in flight than its part. */
  isGreedy(client: string): boolean;
  /** Waits before a refusal of a client that keeps others from being served. */
  beforeRefusal(client: string): Promise<void>;
  /** Counts a request from its head until its answer is ready, whatever will refuse it. */
  whileHeld(client: string, work: () => Promise<unknown>): Promise<void>;
  /** Does not count a request while its body arrives, however slowly. */
  whileReading(client: string, work: () => Promise<unknown>): Promise<void>;
  /** Counts a request whose body has been read until its answer is ready. */
  whileInFlight<T>(work: () => Promise<T>): Promise<T>;
  /** Counts a request that is refused for another reason, and returns the problem to answer. */
  refuse(reason: Reason): ErrorKind;
  /** Counts a connection that was closed for this reason. */
  observeDrop(reason: Reason): void;
};

/** Other bounds: on connections, on requests that wait in one of them, on bodies, and on heavy answers. */
type Reason = 'connections' | 'pipelined' | 'bodies' | 'heavy';

/**
 * With the highest number of requests in flight, whether one client of several has more of them than its part, and the
 * number of refused requests.
 */
type Sample = Loop & {peak: number; isCrowded: boolean; refused: number};

/**
 * A core answers this many concurrent requests within about 50 ms. If the loop lags with no more than these, the cause
 * may be something else (a cold start, a busy laptop), and refusing requests would not help.
 */
const FEW = 64;

/**
 * The lowest limit. While one request uses the core, the others wait for MongoDB: with fewer the loop would be idle,
 * with more they would queue.
 */
const FEWEST = 4;

/**
 * The next limit on requests in flight, at most `max`. If the loop lags under load, or under that of one client of several,
 * the limit drops by a quarter and to 64 or less. Otherwise it rises: by one while requests are refused, by a quarter once
 * none is.
 */
export function nextLimit(limit: number, {peak, isCrowded, refused, ...loop}: Sample, max: number): number {
  const tooMany = isLate(loop) && (refused > 0 || peak > FEW || isCrowded);
  const fewer = Math.max(FEWEST, Math.min(FEW, Math.floor(limit * 0.75)));
  const more = refused > 0 ? limit + 1 : Math.ceil(limit * 1.25);
  return Math.min(max, tooMany ? fewer : more);
}

/**
 * Allows at most `max` requests in flight, and fewer while the event loop lags. A request counts from its head until its
 * answer is ready, except while its body arrives. With 0 it refuses nothing. A client that holds fewer requests than
 * another one gets a place beyond the limit, so that one greedy client is refused, and not everybody.
 * Hand-written: toobusy-js and under-pressure refuse at a fixed lag; this limit adapts to machine and load.
 */
export function createOverload(max: number, registry: Registry, log: Log, watch = watchLoop): Overload {
  const metrics = createMetrics(registry);
  let limit = max || Infinity;
  // A request that is `inFlight` is `held` as well; `held` includes requests whose body has not been read.
  const held = createFairShare();
  let inFlight = 0;
  let [peak, refused] = [0, 0];
  const letGo = createRelease(client => held.add(client, -1));
  metrics.limit.set(max);
  if (max > 0) watch(adapt);

  function adapt(loop: Loop): void {
    limit = nextLimit(limit, {peak, isCrowded: held.isCrowded(), refused, ...loop}, max);
    metrics.limit.set(limit);
    // One log line per sample: a line for each refusal would cost as much as the refusal itself.
    if (refused > 0) log.warn({refused, limit, inFlight, ...loop}, 'requests refused');
    [peak, refused] = [held.total(), 0];
  }

  function refuse(reason: string): ErrorKind {
    metrics.shed.inc({reason});
    return {...overloaded, retryAfter: spread(overloaded.retryAfter)};
  }

  /** Beyond the limit there is room for modest clients, up to twice of it, and for as many as a core answers in time. */
  const hasRoom = (total: number, client: string): boolean =>
    total < limit || (total < Math.max(2 * limit, FEW) && held.isModest(client));

  function refuseUnlessRoom(total: number, client: string): ErrorKind | undefined {
    if (hasRoom(total, client)) return undefined;
    refused++;
    return refuse(limit < max ? 'event_loop' : 'in_flight');
  }

  function hold(client: string): void {
    held.add(client, 1);
    peak = Math.max(peak, held.total());
  }

  return {
    refuseIfFull: client => refuseUnlessRoom(held.total(), client),
    isGreedy: client => held.isGreedy(client),
    beforeRefusal: client => held.beforeRefusal(client),
    refuseIfFullNow: client => refuseUnlessRoom(inFlight, client),
    async whileHeld(client, work) {
      hold(client);
      try {
        await work();
      } finally {
        letGo(client);
      }
    },
    async whileReading(client, work) {
      held.add(client, -1);
      try {
        await work();
      } finally {
        hold(client);
      }
    },
    async whileInFlight(work) {
      inFlight++;
      try {
        return await work();
      } finally {
        inFlight--;
      }
    },
    refuse,
    observeDrop: reason => metrics.shed.inc({reason}),
  };
}

/**
 * Lets go of what has ended when the turn of the event loop has. Requests that are answered in one turn (refused tokens,
 * unknown paths) have waited for each other: they count as if they were in flight together.
 */
function createRelease(release: (client: string) => void): (client: string) => void {
  let ended: string[] = [];
  return client => {
    ended.push(client);
    if (ended.length > 1) return;
    setImmediate(() => {
      const clients = ended;
      ended = [];
      for (const one of clients) release(one);
    });
  };
}

function createMetrics(registry: Registry) {
  const limit = new Gauge({
    name: 'http_requests_in_flight_limit',
    help: 'Limit on requests in flight (load shedding), lower while the event loop lags; 0 means no limit.',
    registers: [registry],
  });
  const shed = new Counter({
    name: 'http_requests_shed_total',
    help: 'Load shedding: requests refused with 503 and connections closed, by the limit that was reached.',
    labelNames: ['reason'],
    registers: [registry],
  });
  startAtZero(shed, 'reason', ['in_flight', 'event_loop', 'connections', 'pipelined', 'bodies', 'heavy']);
  return {limit, shed};
}

/** Jitter, so that clients that were refused together do not retry together. */
const spread = (seconds: number): number => seconds + Math.floor(Math.random() * 3);
