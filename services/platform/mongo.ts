import {Mongoose, type Connection, type ConnectOptions} from 'mongoose';
import {AppError, unavailable} from './errors.ts';
import type {Readiness} from './readiness.ts';

const mongoose = new Mongoose({
  // Without a connection an operation fails at once instead of waiting in memory.
  bufferCommands: false,
  // Indexes are made at start, before readiness, where a failure is seen.
  autoIndex: false,
  autoCreate: false,
  // A second wall behind zod: an operator that a request smuggled into a filter becomes a CastError.
  sanitizeFilter: true,
});

/** For every schema: an unknown path in a filter or a write is an error, not silently left out. */
export const schemaOptions = {strict: 'throw', strictQuery: 'throw', versionKey: false} as const;

/** Marks an operator in a filter as ours; `sanitizeFilter` refuses all others. */
export const trusted = mongoose.trusted.bind(mongoose);

/** For rows that are written as they are, past mongoose's casting. */
export const toObjectId = (id: string) => new mongoose.Types.ObjectId(id);

/**
 * How new a read is. `committed`: never what could still be rolled back. `latest`: besides, never older than a write
 * that has ended or that has just been collided with.
 */
export type Freshness = 'committed' | 'latest';

/**
 * The update that changes nothing: MongoDB waits for the majority after it as after any write, so the document that it
 * returns is the latest and is committed. A linearizable read promises the same and takes some 100 ms.
 */
export const touch = {$inc: {version: 0}};

/** No operation of a request may take longer, waits and the driver's own retry included. */
const OPERATION_MS = 2_000;

const options: ConnectOptions = {
  // 20 operations at once saturate two cores of a mongod with documents of this size; more only queue there.
  maxPoolSize: 20,
  minPoolSize: 2,
  maxIdleTimeMS: 60_000,
  // The driver would wait for a free connection for ever, and 30 s for a primary.
  waitQueueTimeoutMS: 500,
  serverSelectionTimeoutMS: OPERATION_MS,
  connectTimeoutMS: 2_000,
  socketTimeoutMS: OPERATION_MS,
  // What is acknowledged, or shown to anyone, survives the loss of any one member.
  writeConcern: {w: 'majority', journal: true},
  readConcern: {level: 'majority'},
  retryWrites: true,
};

const PING_EVERY_MS = 2_000;
const SILENT_AFTER_MS = 10_000;

/**
 * A service's store on a connection that has answered, with what `create` needs there (models, indexes) made.
 * @throws what the driver says when MongoDB cannot be used yet; nothing is left open then.
 */
export async function openStore<Store>(
  url: string,
  readiness: Readiness,
  create: (connection: Connection) => Promise<Store>,
): Promise<Store & {close(): Promise<void>}> {
  const connection = mongoose.createConnection(url, options);
  try {
    await connection.asPromise();
    const store = await create(connection);
    watch(connection, readiness);
    return {...store, close: () => connection.close()};
  } catch (error) {
    await connection.destroy();
    throw error;
  }
}

/**
 * Keeps the check `mongodb` true to the last 10 s: it fails when no ping was answered for that long,
 * so that one slow moment does not take every pod out of service. Ends with the connection.
 */
function watch(connection: Connection, readiness: Readiness): void {
  let answeredAt = performance.now();
  const check = async () => {
    if (await answersPing(connection)) answeredAt = performance.now();
    const silentMs = performance.now() - answeredAt;
    if (silentMs < SILENT_AFTER_MS) readiness.pass('mongodb');
    else readiness.fail('mongodb', `no answer for ${Math.round(silentMs / 1000)} s`);
  };
  const timer = setInterval(() => void check(), PING_EVERY_MS);
  connection.once('close', () => clearInterval(timer));
}

async function answersPing(connection: Connection): Promise<boolean> {
  try {
    await within(OPERATION_MS, Promise.resolve(connection.db?.command({ping: 1})));
    return true;
  } catch {
    return false;
  }
}

/**
 * The store with every method bounded in time, and a database that does not answer as 503 `unavailable`.
 * A write that ends so may have happened: its client repeats it with its idempotency key.
 */
export function bounded<Store extends Record<keyof Store, (...input: never[]) => Promise<unknown>>>(
  store: Store,
): Store {
  const entries = Object.entries<(...input: never[]) => Promise<unknown>>(store);
  return Object.fromEntries(
    entries.map(([name, method]) => [name, (...input: never[]) => answered(method(...input))]),
  ) as Store;
}

async function answered<T>(operation: Promise<T>): Promise<T> {
  try {
    return await within(OPERATION_MS, operation);
  } catch (error) {
    throw isOutage(error) ? new AppError(unavailable, {cause: error}) : error;
  }
}

class OperationTimeout extends Error {
  override name = 'OperationTimeout';
}

async function within<T>(ms: number, operation: Promise<T>): Promise<T> {
  const {promise: deadline, reject} = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new OperationTimeout(`the database did not answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([operation, deadline]);
  } finally {
    clearTimeout(timer);
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
]);

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return OUTAGES.has(error.name) || isRetryable(error) || isStateChange(error) || isLostInsert(error);
}

const isRetryable = (error: Error): boolean =>
  error instanceof mongoose.mongo.MongoError && error.hasErrorLabel('RetryableWriteError');

/** `insertMany` wraps a lost connection in an error that keeps only its message; the server's own errors have a code. */
const isLostInsert = (error: Error): boolean =>
  error instanceof mongoose.mongo.MongoBulkWriteError && error.code === undefined;

/** Server codes for "this login is refused", "not the primary (any more)", "shutting down" and "took longer than its maxTimeMS". */
const STATE_CHANGES = new Set([18, 50, 91, 189, 10058, 10107, 11600, 11602, 13435, 13436]);

const isStateChange = (error: Error): boolean => 'code' in error && STATE_CHANGES.has(Number(error.code));

const DUPLICATE_KEY = 11000;

/** The name of the unique index that refused a write, or undefined for any other error. */
export function duplicateIndex(error: unknown): string | undefined {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== DUPLICATE_KEY) return undefined;
  return /index: (\w+)/u.exec(error.message)?.[1];
}
