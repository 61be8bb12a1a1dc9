import {AsyncLocalStorage} from 'node:async_hooks';

/** When the current work must have ended, on the clock of `performance.now()`: no change of the date moves it. */
const deadlines = new AsyncLocalStorage<number>();

/** Runs the work with one deadline, in milliseconds, for all that it waits for, one after the other or at once. */
export const withDeadline = <T>(ms: number, work: () => T): T => deadlines.run(performance.now() + ms, work);

/** The milliseconds that the current work has left, negative when it is late; `Infinity` when it has no deadline. */
export const timeLeft = (): number => (deadlines.getStore() ?? Infinity) - performance.now();

class OperationTimeout extends Error {
  override name = 'OperationTimeout';
}

/**
 * The result of the operation, waited for no longer than these milliseconds and no longer than the current work may take.
 * With no time left it is not even begun, so that nothing is written for a client that has been told "no".
 * @throws OperationTimeout when the operation has not ended by then; it may still end later.
 */
export async function within<T>(ms: number, operation: () => Promise<T>): Promise<T> {
  const wait = Math.min(ms, timeLeft());
  const late = () => new OperationTimeout(`no answer within ${Math.max(0, Math.round(wait))} ms`);
  if (wait <= 0) throw late();

  const {promise: deadline, reject} = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), wait);
  try {
    return await Promise.race([operation(), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
