import {performance} from 'node:perf_hooks';
import type {Middleware} from 'koa';
import {Counter, Gauge, type Registry} from 'prom-client';
import {AppError, overloaded, type ErrorKind} from './errors.ts';
import type {Log} from './log.ts';
import {startAtZero} from './metrics.ts';

/** Refuses what a process cannot answer in time, so that it answers the rest. */
export type Overload = {
  /** The problem of a request that comes now, and counts it as refused; undefined while there is room for it. */
  refuseIfFull(): ErrorKind | undefined;
  /** Runs the work as one of those that are in flight. */
  whileInFlight<T>(work: () => Promise<T>): Promise<T>;
  /** Counts a connection that was closed because there were too many. */
  observeDrop: () => void;
};

/** How the event loop fared: the share of the time in which it was busy, and how long a turn of it took. */
type Loop = {utilization: number; turnMs: number};

/** That, and how many requests were in flight at most, and how many were refused. */
type Sample = Loop & {peak: number; refused: number};

const SAMPLE_MS = 250;

/**
 * A request waits for about ten turns at most, so with turns of a millisecond it is answered nearly as soon as ever. A loop
 * that is idle at times is not late, however long one of its turns was: for garbage, or for a long list.
 */
const isLate = ({utilization, turnMs}: Loop): boolean => utilization > 0.9 && turnMs > 1;

/**
 * So many at once are hardly a load: a core answers them within some 50 ms. If the loop is late with no more than that,
 * it may be for another reason, as in a cold start or on a busy laptop, and to refuse some would not help.
 */
const FEW = 64;

/** While one of them has the core, the others wait for MongoDB. With fewer the loop would be idle, with more they queue. */
const FEWEST = 4;

/**
 * How many may be in flight from now on. While too many come, a quarter fewer if the loop is late, or one more if it is
 * not; and a quarter more once all are let in.
 */
export function nextLimit(limit: number, {peak, refused, ...loop}: Sample, max: number): number {
  const tooMany = isLate(loop) && (refused > 0 || peak > FEW);
  const fewer = Math.max(FEWEST, Math.min(FEW, Math.floor(limit * 0.75)));
  const more = refused > 0 ? limit + 1 : Math.ceil(limit * 1.25);
  return Math.min(max, tooMany ? fewer : more);
}

/**
 * Lets at most `max` requests be in flight, each from its arrival in full until its answer is made, and fewer while they
 * are more than the event loop turns over in time. With 0 it refuses nothing.
 */
export function createOverload(max: number, registry: Registry, log: Log): Overload {
  const metrics = createMetrics(registry);
  let limit = max || Infinity;
  let [inFlight, peak, refused] = [0, 0, 0];
  metrics.limit.set(max);
  if (max > 0) watchLoop(adapt);

  function adapt(loop: Loop): void {
    limit = nextLimit(limit, {peak, refused, ...loop}, max);
    metrics.limit.set(limit);
    // One line for all of them: a line each would cost as much as the refusal itself.
    if (refused > 0) log.warn({refused, limit, inFlight, ...loop}, 'requests refused');
    [peak, refused] = [inFlight, 0];
  }

  return {
    refuseIfFull() {
      if (inFlight < limit) return undefined;
      refused++;
      metrics.shed.inc({reason: limit < max ? 'event_loop' : 'in_flight'});
      return {...overloaded, retryAfter: spread(overloaded.retryAfter)};
    },
    async whileInFlight(work) {
      peak = Math.max(peak, ++inFlight);
      try {
        return await work();
      } finally {
        inFlight--;
      }
    },
    observeDrop: () => metrics.shed.inc({reason: 'connections'}),
  };
}

function createMetrics(registry: Registry) {
  const limit = new Gauge({
    name: 'http_requests_in_flight_limit',
    help: 'Requests that may be in flight at once, lowered while the event loop is late; 0 is no bound.',
    registers: [registry],
  });
  const shed = new Counter({
    name: 'http_requests_shed_total',
    help: 'Requests refused with 503, and connections closed, because there were too many: by what was too much.',
    labelNames: ['reason'],
    registers: [registry],
  });
  startAtZero(shed, 'reason', ['in_flight', 'event_loop', 'connections']);
  return {limit, shed};
}

/** Clients that were refused together must not come back together. */
const spread = (seconds: number): number => seconds + Math.floor(Math.random() * 3);

/**
 * Not by `monitorEventLoopDelay`: it is a timer of some 20 ms, so turns that are a little longer than that look as if
 * they were on time, and finer steps take a noticeable part of a core.
 */
function watchLoop(take: (loop: Loop) => void): void {
  const now = () => ({
    usage: performance.eventLoopUtilization(),
    turns: performance.nodeTiming.uvMetricsInfo.loopCount,
  });
  let last = now();
  const sample = () => {
    const {usage, turns} = now();
    const {utilization, active} = performance.eventLoopUtilization(usage, last.usage);
    take({utilization, turnMs: active / (turns - last.turns)});
    last = {usage, turns};
  };
  setInterval(sample, SAMPLE_MS).unref();
}

/** Stands behind the reading of the body, so that a client that sends slowly takes nobody's place. */
export function boundInFlight(overload: Overload): Middleware {
  return async function boundInFlight(_ctx, next) {
    const refusal = overload.refuseIfFull();
    if (refusal) throw new AppError(refusal);
    await overload.whileInFlight(next);
  };
}
