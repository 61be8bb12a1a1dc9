import {within} from '../deadline.ts';
import {AppError, unavailable} from '../errors.ts';
import {isOutage} from './outage.ts';

/** Timeout of an operation in milliseconds, including waiting for a connection and the driver's own retry. */
export const OPERATION_MS = 2_000;

/**
 * Wraps every method of a store: each has a timeout, and an outage becomes 503 `unavailable`.
 * A write that times out may still have happened, so clients retry it with the same idempotency key.
 */
export function bounded<Store extends Record<keyof Store, (...input: never[]) => Promise<unknown>>>(
  store: Store,
): Store {
  const entries = Object.entries<(...input: never[]) => Promise<unknown>>(store);
  return Object.fromEntries(
    entries.map(([name, method]) => [name, (...input: never[]) => answered(() => method(...input))]),
  ) as Store;
}

async function answered<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await within(OPERATION_MS, operation);
  } catch (error) {
    throw isOutage(error) ? new AppError(unavailable, {cause: error}) : error;
  }
}
