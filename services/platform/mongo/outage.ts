import {mongo} from 'mongoose';

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

/** Whether MongoDB did not answer, or could not: not the fault of what was asked. */
export function isOutage(error: unknown): boolean {
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
