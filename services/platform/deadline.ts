import {currentContext, runInContext} from './context.ts';

/** How long the work for a request may take once it has arrived: longer than that, its client has other plans. */
export const REQUEST_MS = 2_000;

/** Runs the work of the current request with a deadline for all that it waits for, one after the other or at once. */
export function withDeadline<T>(ms: number, work: () => T): T {
  const context = currentContext();
  return context ? runInContext({...context, deadline: performance.now() + ms}, work) : work();
}

/** The milliseconds that the current request has left, negative when it is late; `Infinity` outside a request. */
export const timeLeft = (): number => (currentContext()?.deadline ?? Infinity) - performance.now();

class OperationTimeout extends Error {
  override name = 'OperationTimeout';
}

/**
 * The result of the operation, waited for no longer than these milliseconds and no longer than the current request may
 * take. With no time left it is not even begun, so that nothing is written for a client that has been told "no".
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
