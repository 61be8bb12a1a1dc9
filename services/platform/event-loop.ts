import {performance} from 'node:perf_hooks';

/** A sample of the event loop: the share of time in which it was busy, and the average length of a turn. */
export type Loop = {utilization: number; turnMs: number};

/**
 * True if the event loop lags. A request waits for about ten turns at most, so turns of 1 ms hardly delay it. A loop
 * with idle time does not lag, even if one of its turns was long (garbage collection, a long list).
 */
export const isLate = ({utilization, turnMs}: Loop): boolean => utilization > 0.9 && turnMs > 1;

const SAMPLE_MS = 250;

/**
 * Calls `take` with a sample four times a second.
 * Not `monitorEventLoopDelay`: it uses a timer of about 20 ms, so turns slightly longer than that look on time, and a
 * finer timer takes a noticeable part of a core.
 */
export function watchLoop(take: (loop: Loop) => void): void {
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
