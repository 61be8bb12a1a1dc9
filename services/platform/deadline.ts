import {AsyncLocalStorage} from 'node:async_hooks';

/** When the current work must have ended, on the clock of `performance.now()`: a new system time does not move it. */
const deadlines = new AsyncLocalStorage<number>();

/** Runs the work with a deadline `ms` milliseconds from now. All operations inside share it. */
export const withDeadline = <T>(ms: number, work: () => T): T => deadlines.run(performance.now() + ms, work);

/** Milliseconds until the deadline of the current work: negative once it has passed, `Infinity` without a deadline. */
export const timeLeft = (): number => (deadlines.getStore() ?? Infinity) - performance.now();

class OperationTimeout extends Error {
  override name = 'OperationTimeout';
}

/**
 * Waits for the operation, at most `ms` milliseconds and at most until the deadline of the current work.
 * With no time left the operation is not started, so that nothing is written for a client that was told "no".
 * @throws OperationTimeout when the time is over; the operation is not cancelled and may still complete.
 */
export function within<T>(ms: number, operation: () => Promise<T>): Promise<T> {
  const wait = Math.min(ms, timeLeft());
  const late = () => new OperationTimeout(`no answer within ${Math.max(0, Math.round(wait))} ms`);
  if (wait <= 0) return Promise.reject(late());

  // Not Promise.race, which costs three more promises.
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), wait);
    const settle =
      <V>(done: (value: V) => void) =>
      (value: V) => {
        clearTimeout(timer);
        done(value);
      };
    operation().then(settle<T>(resolve), settle(reject));
  });
}
