import {Schema, type Connection, type InferSchemaType} from 'mongoose';
import {Role} from '#platform/auth.ts';
import {duplicateIndex, ofVersion, schemaOptions, toObjectId, touch, trusted} from '#platform/mongo/connection.ts';
import {outcomeUnknown} from '#platform/errors.ts';
import {placeOf} from '#platform/mongo/operations.ts';
import {bounded, inTime} from '#platform/mongo/store.ts';
import type {Position} from '#platform/pages.ts';
import type {Account, Taken, User, UserStore} from './users.ts';

const schema = new Schema(
  {
    username: {type: String, required: true},
    email: {type: String, required: true},
    passwordHash: {type: String, required: true},
    role: {type: String, enum: Role.options},
    createdAt: {type: Date, required: true},
    version: {type: Number, required: true},
  },
  {...schemaOptions, collection: 'users'},
);
schema.index({email: 1}, {name: 'email_taken', unique: true});
// Strength 2 ignores case.
schema.index({username: 1}, {name: 'username_taken', unique: true, collation: {locale: 'en', strength: 2}});
schema.index({createdAt: 1, _id: 1}, {name: 'by_age'});
// Contains the admins only, so that the search for one at every start does not read all users.
schema.index({role: 1}, {name: 'admins', partialFilterExpression: {role: 'admin'}});

type UserDocument = InferSchemaType<typeof schema> & {_id: unknown};

/** All fields but those of `Account`. */
const fields = {username: 1, email: 1, createdAt: 1, version: 1};

const accountFields = {role: 1, passwordHash: 1};

const toUser = (row: Pick<UserDocument, '_id' | 'username' | 'email' | 'createdAt' | 'version'>): User => ({
  id: String(row._id),
  username: row.username,
  email: row.email,
  createdAt: row.createdAt.toISOString(),
  version: row.version,
});

const toAccount = ({_id, role, passwordHash}: Pick<UserDocument, '_id' | 'role' | 'passwordHash'>): Account => ({
  id: String(_id),
  // Users stored before roles existed have none.
  role: role ?? 'user',
  passwordHash,
});

/** Creates the indexes and returns the store on these connections. */
export async function createStore(reads: Connection, writes: Connection): Promise<UserStore> {
  const users = reads.model('User', schema);
  const written = writes.model('User', schema);
  await written.createIndexes();

  const store: UserStore = {
    async insert({id, createdAt, ...user}) {
      const row = {_id: toObjectId(id), createdAt: new Date(createdAt), ...user};
      return written.collection.insertOne(row, inTime()).then(() => 'inserted' as const, takenOrThrow);
    },

    async list({limit, after}) {
      const filter = after ? newerThan(after) : {};
      const rows = await users.find(filter, fields, inTime()).sort({createdAt: 1, _id: 1}).limit(limit).lean();
      return rows.map(toUser);
    },

    // The driver's own call: through mongoose it would take a sixth more.
    async find(id) {
      const options = {projection: fields, ...inTime()};
      const row = await users.collection.findOne<UserDocument>({_id: toObjectId(id)}, options);
      return row ? toUser(row) : undefined;
    },

    async findExisting(ids) {
      const options = {projection: {_id: 1}, ...inTime()};
      const rows = await users.collection.find({_id: {$in: ids.map(toObjectId)}}, options).toArray();
      return rows.map(({_id}) => String(_id));
    },

    async findLatest(id) {
      const options = {projection: fields, returnDocument: 'after', ...inTime()} as const;
      const row = await written.findOneAndUpdate({_id: id}, touch, options).lean();
      return row ? toUser(row) : undefined;
    },

    async update(id, changes, versions) {
      const filter = {_id: id, ...ofVersion(versions)};
      // Not findOneAndUpdate: when a unique index refuses it, mongod logs the whole command with the new password hash.
      const outcome = await written
        .updateOne(filter, {$set: changes, $inc: {version: 1}}, inTime())
        .catch(takenOrThrow);
      if (typeof outcome === 'string') return outcome;
      const row = outcome.matchedCount === 1 ? await users.findOne({_id: id}, fields, inTime()).lean() : undefined;
      return row ? toUser(row) : undefined;
    },

    async remove(id, versions) {
      const {deletedCount} = await written.deleteOne({_id: id, ...ofVersion(versions)}, inTime());
      return deletedCount === 1 ? 'removed' : 'absent';
    },

    async findAccount(email) {
      const row = await users.findOne({email}, accountFields, inTime()).lean();
      return row ? toAccount(row) : undefined;
    },

    async findAccountById(id) {
      const row = await users.findOne({_id: id}, accountFields, inTime()).lean();
      return row ? toAccount(row) : undefined;
    },

    async hasAdmin() {
      return (await users.findOne({role: 'admin'}, {_id: 1}, inTime()).lean()) !== null;
    },

    async replaceHash(id, from, to) {
      // Clients cannot see this change, so the version stays.
      await written.updateOne({_id: id, passwordHash: from}, {$set: {passwordHash: to}}, inTime());
    },
  };
  const unknown = () => outcomeUnknown;
  return bounded(store, {insert: unknown, update: unknown, remove: unknown}, placeOf(reads, 'users'));
}

const newerThan = ({createdAt, id}: Position) => ({
  $or: [{createdAt: trusted({$gt: createdAt})}, {createdAt, _id: trusted({$gt: id})}],
});

function takenOrThrow(error: unknown): Taken {
  const index = duplicateIndex(error);
  if (index === 'email_taken' || index === 'username_taken') return index;
  throw error;
}
