import {Mongoose, type Connection, type ConnectOptions} from 'mongoose';
import {within} from '../deadline.ts';
import type {Readiness} from '../readiness.ts';
import {observePool, type MongoMetrics} from './metrics.ts';
import {OPERATION_MS} from './store.ts';

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
 * For a read that is never older than a write that has ended, or that has just been collided with: an update that changes
 * nothing. MongoDB waits for the majority after it as after any write, so the document that it returns is the latest and
 * is committed. A linearizable read promises the same and takes some 100 ms; a majority read may be older.
 */
export const touch = {$inc: {version: 0}};

const options: ConnectOptions = {
  // 20 operations at once saturate two cores of a mongod with documents of this size; more only queue there.
  maxPoolSize: 20,
  // All of them from the start, ten a second: a pool that grows when it is needed grows when the machine is busiest.
  minPoolSize: 20,
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
  {readiness, mongoMetrics}: {readiness: Readiness; mongoMetrics: MongoMetrics},
  create: (connection: Connection) => Promise<Store>,
): Promise<Store & {close(): Promise<void>}> {
  const connection = mongoose.createConnection(url, options);
  observePool(connection, mongoMetrics);
  try {
    await connection.asPromise();
    const store = await create(connection);
    watch(connection, readiness, mongoMetrics.up);
    return {...store, close: () => connection.close()};
  } catch (error) {
    await connection.destroy();
    throw error;
  }
}

/**
 * Keeps `up` true to the last ping, and the check `mongodb` to the last 10 s: it fails when no ping was answered for
 * that long, so that one slow moment does not take every pod out of service. Ends with the connection.
 */
function watch(connection: Connection, readiness: Readiness, up: MongoMetrics['up']): void {
  let answeredAt = performance.now();
  up.set(1);
  const check = async () => {
    const isUp = await answersPing(connection);
    up.set(isUp ? 1 : 0);
    if (isUp) answeredAt = performance.now();
    const silentMs = performance.now() - answeredAt;
    if (silentMs < SILENT_AFTER_MS) readiness.pass('mongodb');
    else readiness.fail('mongodb', `no answer for ${Math.round(silentMs / 1000)} s`);
  };
  const timer = setInterval(() => void check(), PING_EVERY_MS);
  connection.once('close', () => clearInterval(timer));
}

async function answersPing(connection: Connection): Promise<boolean> {
  try {
    await within(OPERATION_MS, () => Promise.resolve(connection.db?.command({ping: 1})));
    return true;
  } catch {
    return false;
  }
}

const DUPLICATE_KEY = 11000;

/** The name of the unique index that refused a write, or undefined for any other error. */
export function duplicateIndex(error: unknown): string | undefined {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== DUPLICATE_KEY) return undefined;
  return /index: (\w+)/u.exec(error.message)?.[1];
}
