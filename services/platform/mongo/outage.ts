import {mongo} from 'mongoose';

/** The driver's errors if a server is down, a primary is being elected, or no connection is free in time. */
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

/**
 * True if MongoDB is down or unreachable, false if the operation itself is wrong.
 * Hand-written: the driver labels errors that it retries itself, but has no test for an outage.
 */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return OUTAGES.has(error.name) || isSocketError(error) || isRetryable(error) || isStateChange(error);
}

/** The driver may write to a connection that was just closed, and passes the error of the socket on as it is. */
const isSocketError = (error: Error): boolean =>
  'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET');

const isRetryable = (error: Error): boolean =>
  error instanceof mongo.MongoError && error.hasErrorLabel('RetryableWriteError');

/**
 * Server codes: not authorized (while a restore runs), authentication failed, not (or no longer) primary, shutting
 * down, and maxTimeMS exceeded.
 */
const STATE_CHANGES = new Set([13, 18, 50, 91, 189, 10058, 10107, 11600, 11602, 13435, 13436]);

const isStateChange = (error: Error): boolean => 'code' in error && STATE_CHANGES.has(Number(error.code));
