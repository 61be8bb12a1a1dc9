import {performance} from 'node:perf_hooks';
import type {Middleware} from 'koa';
import {AppError, overloaded, type ErrorKind} from './errors.ts';
import type {Log} from './log.ts';
import type {Metrics} from './metrics.ts';

/** Refuses what a process cannot answer in time, so that it answers the rest. */
export type Overload = {
  /** The problem of a request that comes now, counted; undefined while there is room for it. */
  refusal(): ErrorKind | undefined;
  /** Runs the work as one of those that are in flight. */
  whileInFlight<T>(work: () => Promise<T>): Promise<T>;
};

/** How the event loop fared: the share of the time in which it was busy, and how long a turn of it took. */
type Sample = {utilization: number; turnMs: number};

const SAMPLE_MS = 250;

/**
 * A request takes three or four turns, so with turns of 7 ms each answer is some 25 ms late, which is three times what
 * most take otherwise. The mean of a whole sample and a loop that was never idle: one pause, for garbage or a long list, is
 * not yet a queue.
 */
const isLate = ({utilization, turnMs}: Sample): boolean => utilization > 0.95 && turnMs > 7;

/**
 * As many at once are hardly a load: a core answers 64 requests of half a millisecond within 32 ms. When the loop is late
 * with no more than that, it may be for another reason, as in a cold start or on a busy laptop, and to refuse some at once
 * would not help. If it stays late it takes three seconds to get from there to the fewest.
 */
const FEW = 64;

/** Enough to keep a core busy while others wait for MongoDB; were they too few, the loop would be idle and not late. */
const FEWEST = 8;

/** How many may be in flight from now on: half of those that made the loop late, or a little fewer, or a quarter more. */
export function nextLimit(limit: number, peak: number, sample: Sample, max: number): number {
  if (!isLate(sample)) return Math.min(max, Math.ceil(limit * 1.25));
  const next = peak > FEW ? Math.max(FEW, Math.floor(peak / 2)) : Math.max(FEWEST, Math.floor(limit * 0.9));
  return Math.min(max, next);
}

/**
 * Lets at most `max` requests be in flight, each from its arrival in full until its answer is made, and fewer while they
 * are more than the event loop turns over in time. With 0 it refuses nothing.
 */
export function createOverload(max: number, {metrics, log}: {metrics: Metrics; log: Log}): Overload {
  let limit = max || Infinity;
  let [inFlight, peak, refused] = [0, 0, 0];
  metrics.limit.set(max);
  if (max > 0) watchLoop(adapt);

  function adapt(sample: Sample): void {
    limit = nextLimit(limit, peak, sample, max);
    metrics.limit.set(limit);
    // One line for all of them: a line each would cost as much as the refusal itself.
    if (refused > 0) log.warn({refused, limit, inFlight, ...sample}, 'requests refused');
    [peak, refused] = [inFlight, 0];
  }

  return {
    refusal() {
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
  };
}

/** Clients that were refused together must not come back together. */
const spread = (seconds: number): number => seconds + Math.floor(Math.random() * 3);

/**
 * Not by `monitorEventLoopDelay`: it is a timer of some 20 ms, so turns that are a little longer than that look as if
 * they were on time, and finer steps take a noticeable part of a core.
 */
function watchLoop(take: (sample: Sample) => void): void {
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
    const refusal = overload.refusal();
    if (refusal) throw new AppError(refusal);
    await overload.whileInFlight(next);
  };
}
