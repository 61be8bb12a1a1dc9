import {mongo} from 'mongoose';
import {within} from '../deadline.ts';
import {AppError, unavailable} from '../errors.ts';

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

/** The driver's errors for a server that is away, changing its primary, or too busy to give a connection. */
const OUTAGES = new Set([
  'OperationTimeout',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoPoolClearedError',
  'MongoPoolClearedOnNetworkError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoWriteConcernError',
  'MongoExpiredSessionError',
  'MongoStalePrimaryError',
  'MongoServerClosedError',
  'MongoClientClosedError',
  'MongoOperationTimeoutError',
]);

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    OUTAGES.has(error.name) || isSocketError(error) || isRetryable(error) || isStateChange(error) || isLostInsert(error)
  );
}

/** The driver writes to a connection that has just been closed, and passes on what the socket says to that as it is. */
const isSocketError = (error: Error): boolean =>
  'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET');

const isRetryable = (error: Error): boolean =>
  error instanceof mongo.MongoError && error.hasErrorLabel('RetryableWriteError');

/**
 * `insertMany` wraps whatever went wrong on the way to the server in an error that keeps its message and even a code of
 * its cause; what the server itself refused it lists as write errors.
 */
const isLostInsert = (error: Error): boolean =>
  error instanceof mongo.MongoBulkWriteError && [error.writeErrors].flat().length === 0;

/** Server codes for "this login is refused", "not the primary (any more)", "shutting down" and "took longer than its maxTimeMS". */
const STATE_CHANGES = new Set([18, 50, 91, 189, 10058, 10107, 11600, 11602, 13435, 13436]);

const isStateChange = (error: Error): boolean => 'code' in error && STATE_CHANGES.has(Number(error.code));
