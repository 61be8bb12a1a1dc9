import {within} from '../deadline.ts';
import {AppError, unavailable} from '../errors.ts';
import {isOutage} from './outage.ts';

/** No operation of a request may take longer, waits and the driver's own retry included. */
export const OPERATION_MS = 2_000;

/**
 * The store with every method bounded in time, and a database that does not answer as 503 `unavailable`.
 * A write that ends so may have happened: its client repeats it with its idempotency key.
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
