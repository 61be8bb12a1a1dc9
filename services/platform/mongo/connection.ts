import {Mongoose, type Connection, type ConnectOptions} from 'mongoose';
import {within} from '../deadline.ts';
import type {Readiness} from '../readiness.ts';
import {observePool, type MongoMetrics} from './metrics.ts';
import {OPERATION_MS} from './store.ts';

const mongoose = new Mongoose({
  // Without a connection, operations fail at once instead of queueing in memory.
  bufferCommands: false,
  // Stores create their indexes at startup, before the service is ready, where a failure is visible.
  autoIndex: false,
  autoCreate: false,
  // Defence in depth behind zod: an operator injected into a filter is a CastError.
  sanitizeFilter: true,
});

/**
 * Options of every schema: an unknown path in a filter or a write is an error. By default mongoose drops it silently.
 */
export const schemaOptions = {strict: 'throw', strictQuery: 'throw', versionKey: false} as const;

/** Marks an operator in a filter as our own. `sanitizeFilter` refuses all others. */
export const trusted = mongoose.trusted.bind(mongoose);

/** For rows that are inserted without mongoose's casting. */
export const toObjectId = (id: string) => new mongoose.Types.ObjectId(id);

/**
 * A no-op update, for reads that must see every finished write, and the write that they just collided with. MongoDB
 * waits for the majority as after any write, so `findOneAndUpdate` with it returns the latest document, committed. A
 * majority read may be older. A linearizable read is as new, but takes about 100 ms.
 */
export const touch = {$inc: {version: 0}};

const options: ConnectOptions = {
  // 20 concurrent operations saturate two cores of a mongod with documents of this size. More would only queue there.
  maxPoolSize: 20,
  // The pool is filled at startup, ten connections a second. Grown on demand, it would grow when the machine is busiest.
  minPoolSize: 20,
  // Connections never idle out: while the password is rotated, MongoDB refuses new ones that a pod opens with the old one.
  maxIdleTimeMS: 0,
  // Timeouts. By default the driver waits for a free connection without limit, and 30 s for a primary.
  waitQueueTimeoutMS: 500,
  serverSelectionTimeoutMS: OPERATION_MS,
  connectTimeoutMS: 2_000,
  socketTimeoutMS: OPERATION_MS,
  // Acknowledged writes, and data that was read, survive the loss of any one member.
  writeConcern: {w: 'majority', journal: true},
  readConcern: {level: 'majority'},
  retryWrites: true,
};

const PING_EVERY_MS = 2_000;
const SILENT_AFTER_MS = 10_000;

/**
 * Connects to MongoDB once and creates the store, which creates its models and indexes.
 * @throws the driver's error if MongoDB cannot be used; the connection is closed then.
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
 * Pings MongoDB every two seconds, until the connection closes. The gauge `up` shows the last ping. The readiness check
 * `mongodb` fails only after 10 s without an answer, so that one slow moment does not make every pod unready.
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

/** The name of the unique index that refused a write; undefined for any other error. */
export function duplicateIndex(error: unknown): string | undefined {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== DUPLICATE_KEY) return undefined;
  return /index: (\w+)/u.exec(error.message)?.[1];
}
