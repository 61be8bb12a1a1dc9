import {Schema, type Connection, type InferSchemaType} from 'mongoose';
import {duplicateIndex, ofVersion, schemaOptions, toObjectId, touch, trusted} from '#platform/mongo/connection.ts';
import {outcomeUnknown, unavailable} from '#platform/errors.ts';
import {placeOf} from '#platform/mongo/operations.ts';
import {bounded, inTime} from '#platform/mongo/store.ts';
import type {Position} from '#platform/pages.ts';
import {OrderStatus} from './contract.ts';
import type {Keyed, Order, OrderStore} from './orders.ts';

const product = new Schema(
  {
    productId: {type: String, required: true},
    quantity: {type: Number, required: true},
    cents: {type: Number, required: true},
  },
  {strict: 'throw', _id: false},
);

const schema = new Schema(
  {
    userId: {type: String, required: true},
    products: {type: [product], required: true},
    totalCents: {type: Number, required: true},
    status: {type: String, required: true, enum: OrderStatus.options},
    createdAt: {type: Date, required: true},
    updatedAt: {type: Date, required: true},
    version: {type: Number, required: true},
    key: String,
    fingerprint: String,
  },
  {...schemaOptions, collection: 'orders'},
);
// Orders without a key lack the field, so they never conflict.
schema.index({userId: 1, key: 1}, {name: 'key_exists', unique: true, partialFilterExpression: {key: {$exists: true}}});
schema.index({createdAt: -1, _id: -1}, {name: 'by_age'});
schema.index({userId: 1, createdAt: -1, _id: -1}, {name: 'by_user'});
schema.index({status: 1, createdAt: -1, _id: -1}, {name: 'by_status'});
schema.index({userId: 1, status: 1, createdAt: -1, _id: -1}, {name: 'by_user_and_status'});

type OrderDocument = Omit<InferSchemaType<typeof schema>, 'key' | 'fingerprint'> & {_id: unknown};

const fields = {userId: 1, products: 1, totalCents: 1, status: 1, createdAt: 1, updatedAt: 1, version: 1};
const keyedFields = {...fields, key: 1, fingerprint: 1};

const toOrder = (row: OrderDocument): Order => ({
  id: String(row._id),
  userId: row.userId,
  products: row.products.map(({productId, quantity, cents}) => ({productId, quantity, cents})),
  totalCents: row.totalCents,
  status: row.status,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  version: row.version,
});

const toKeyedOrder = (row: InferSchemaType<typeof schema> & {_id: unknown}): Order & Keyed => ({
  ...toOrder(row),
  key: row.key ?? '',
  fingerprint: row.fingerprint ?? '',
});

/** The store of orders on these connections. Creates the indexes. */
export async function createStore(reads: Connection, writes: Connection): Promise<OrderStore> {
  const orders = reads.model('Order', schema);
  const written = writes.model('Order', schema);
  await written.createIndexes();

  const store: OrderStore = {
    async insert({id, createdAt, updatedAt, ...order}, keyed) {
      const dates = {createdAt: new Date(createdAt), updatedAt: new Date(updatedAt)};
      const row = {_id: toObjectId(id), ...order, ...dates, ...keyed};
      return written.collection.insertOne(row, inTime()).then(() => 'inserted' as const, keyExistsOrThrow);
    },

    async list({userId, status, limit, after, lines}) {
      const filter = {...(userId !== undefined && {userId}), ...(status && {status}), ...(after && olderThan(after))};
      const options = {projection: fields, sort: newestFirst, limit, batchSize: BATCH, ...inTime()};
      const rows: OrderDocument[] = [];
      let before = 0;
      for await (const row of orders.collection.find<OrderDocument>(filter, options)) {
        rows.push(row);
        before += row.products.length;
        if (before > lines) break;
      }
      return rows.map(toOrder);
    },

    // The driver's own call: through mongoose it would take a sixth more.
    async find(id) {
      const options = {projection: fields, ...inTime()};
      const row = await orders.collection.findOne<OrderDocument>({_id: toObjectId(id)}, options);
      return row ? toOrder(row) : undefined;
    },

    async findLatest(id) {
      const options = {projection: fields, returnDocument: 'after', ...inTime()} as const;
      const row = await written.findOneAndUpdate({_id: id}, touch, options).lean();
      return row ? toOrder(row) : undefined;
    },

    async findByKey(userId, key) {
      const row = await orders.findOne({userId, key}, keyedFields, inTime()).lean();
      return row ? toKeyedOrder(row) : undefined;
    },

    async findLatestByKey(userId, key) {
      const options = {projection: keyedFields, returnDocument: 'after', ...inTime()} as const;
      const row = await written.findOneAndUpdate({userId, key}, touch, options).lean();
      return row ? toKeyedOrder(row) : undefined;
    },

    async move(id, {from, to, userId, versions}, now) {
      const filter = {
        _id: id,
        status: trusted({$in: from}),
        ...(userId !== undefined && {userId}),
        ...ofVersion(versions),
      };
      const update = {$set: {status: to, updatedAt: now}, $inc: {version: 1}};
      const options = {projection: fields, returnDocument: 'after', ...inTime()} as const;
      const row = await written.findOneAndUpdate(filter, update, options).lean();
      return row ? toOrder(row) : undefined;
    },
  };
  // With its key, an order can be sent again.
  return bounded(
    store,
    {insert: (_order, keyed) => (keyed ? unavailable : outcomeUnknown), move: () => outcomeUnknown},
    placeOf(reads, 'orders'),
  );
}

/**
 * MongoDB sends so many orders of a list at a time, so that few beyond its page are read and decoded. Counted in MongoDB,
 * by `$setWindowFields`, the lines of a list took it several times as long.
 */
const BATCH = 25;

const newestFirst = {createdAt: -1, _id: -1} as const;

const olderThan = ({createdAt, id}: Position) => ({
  $or: [{createdAt: {$lt: createdAt}}, {createdAt, _id: {$lt: toObjectId(id)}}],
});

function keyExistsOrThrow(error: unknown): 'key_exists' {
  if (duplicateIndex(error) === 'key_exists') return 'key_exists';
  throw error;
}
