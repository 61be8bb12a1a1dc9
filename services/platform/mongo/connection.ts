import {Mongoose, type Connection, type ConnectOptions} from 'mongoose';
import type {Versions} from '../etag.ts';
import type {Readiness} from '../readiness.ts';
import {watch, type Health} from './health.ts';
import {observePool, type MongoMetrics} from './metrics.ts';
import {observeWrites} from './outcome.ts';
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

/** A filter for documents with one of these versions; an empty one for any version. */
export const ofVersion = (versions: Versions | undefined) =>
  versions && {version: trusted(Array.isArray(versions) ? {$in: versions} : {$nin: versions.not})};

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
  // Data that was read survives the loss of any one member.
  readConcern: {level: 'majority'},
};

const writeOptions: ConnectOptions = {
  ...options,
  // The same for acknowledged writes.
  writeConcern: {w: 'majority', journal: true},
  retryWrites: true,
  // Tells us what the driver has sent: outcome.ts.
  monitorCommands: true,
};

/**
 * Creates a store, with its models and indexes. Everything that changes data goes over `writes`. What only reads does not:
 * there the driver decodes each answer a second time to tell us, and copies its options slowly for the write concern,
 * which together take an eighth of the CPU of reading a user.
 */
type CreateStore<Store> = (reads: Connection, writes: Connection, health: Health) => Promise<Store>;

/**
 * Connects to MongoDB once and creates the store.
 * @throws the driver's error if MongoDB cannot be used; the connections are closed then.
 */
export async function openStore<Store>(
  url: string,
  {readiness, mongoMetrics}: {readiness: Readiness; mongoMetrics: MongoMetrics},
  create: CreateStore<Store>,
): Promise<Store & {close(): Promise<void>}> {
  const reads = mongoose.createConnection(url, options);
  const writes = mongoose.createConnection(url, writeOptions);
  const connections = [reads, writes];
  for (const each of connections) observePool(each, mongoMetrics);
  observeWrites(writes);
  let health: Health | undefined;
  try {
    await Promise.all(connections.map(each => each.asPromise()));
    const watched = (health = await watch(url, {readiness, mongoMetrics}));
    const store = await create(reads, writes, watched);
    return {...store, close: async () => void (await Promise.all([watched, ...connections].map(each => each.close())))};
  } catch (error) {
    await Promise.all([health?.close(), ...connections.map(each => each.destroy())]);
    throw error;
  }
}

const DUPLICATE_KEY = 11000;

/** The name of the unique index that refused a write; undefined for any other error. */
export function duplicateIndex(error: unknown): string | undefined {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== DUPLICATE_KEY) return undefined;
  return /index: (\w+)/u.exec(error.message)?.[1];
}
