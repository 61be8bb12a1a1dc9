import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {Schema, type Connection} from 'mongoose';
import {Registry} from 'prom-client';
import {duplicateIndex, openStore, schemaOptions, touch, trusted} from '../connection.ts';
import {openTestStore, testMongoUrl} from '../../test/open-test-store.ts';
import {createReadiness} from '../../readiness.ts';
import {createMongoMetrics} from '../metrics.ts';

const schema = new Schema({name: String, version: Number}, schemaOptions);
schema.index({name: 1}, {name: 'name_taken', unique: true});

const testParts = (registry = new Registry()) => ({
  readiness: createReadiness(),
  mongoMetrics: createMongoMetrics(registry),
});

async function createThings(connection: Connection) {
  const things = connection.model('Thing', schema);
  await things.createIndexes();
  await things.insertMany([{name: 'a', version: 1}], {lean: true});
  return {things};
}

test('the pools for reads and for writes open all their connections before requests need them', async t => {
  const registry = new Registry();
  const store = await openStore(testMongoUrl(), testParts(registry), () => Promise.resolve({}));
  t.teardown(() => store.close());
  const open = async () => {
    const {values = []} = (await registry.getSingleMetric('mongodb_pool_connections')?.get()) ?? {};
    return values.find(({labels}) => labels['state'] === 'open')?.value;
  };

  // The driver opens one every 100 ms in each of the two pools. If it does not, the test times out.
  while ((await open()) !== 40) await wait(50);

  t.is(await open(), 40);
});

test('a filter accepts values and trusted operators, and refuses operators from a request', async t => {
  const {things} = await openTestStore(t, createThings);
  const smuggled = JSON.parse('{"name": {"$gt": ""}}') as object;

  t.is((await things.find({name: trusted({$gte: 'a'})}).lean()).length, 1);
  await t.throwsAsync(async () => things.find(smuggled).lean(), {name: 'CastError'});
});

test('a filter or an update with an unknown path is refused', async t => {
  const {things} = await openTestStore(t, createThings);

  await t.throwsAsync(async () => things.find({nam: 'a'} as object).lean(), {name: 'StrictModeError'});
  await t.throwsAsync(async () => things.updateOne({name: 'a'}, {$set: {nam: 'b'}}), {name: 'StrictModeError'});
});

test('a duplicate key error names its index, for an insert and for an update', async t => {
  const {things} = await openTestStore(t, createThings);
  const inserted = await t.throwsAsync(async () => things.insertMany([{name: 'a'}], {lean: true}));
  await things.insertMany([{name: 'b'}], {lean: true});
  const updated = await t.throwsAsync(async () => things.updateOne({name: 'b'}, {$set: {name: 'a'}}));

  t.is(duplicateIndex(inserted), 'name_taken');
  t.is(duplicateIndex(updated), 'name_taken');
  t.is(duplicateIndex(new Error('index: name_taken')), undefined);
});

test('a write is acknowledged once the majority of the members has it in their journals', async t => {
  const concerns: unknown[] = [];
  await openTestStore(t, async (_reads, writes) => {
    writes.getClient().on('commandStarted', ({commandName, command}) => {
      if (commandName === 'insert') concerns.push(command['writeConcern']);
    });
    await writes.model('Thing', schema).insertMany([{name: 'a'}], {lean: true});
    return {};
  });

  t.deepEqual(concerns, [{w: 'majority', j: true}]);
});

test('a no-op update changes nothing and returns the document', async t => {
  const {things} = await openTestStore(t, createThings);

  const touched = await things.findOneAndUpdate({name: 'a'}, touch, {returnDocument: 'after'}).lean();

  t.like(touched, {name: 'a', version: 1});
});

test('an unreachable server is an error within seconds, and leaves no connection open', async t => {
  const url = 'mongodb://127.0.0.1:1/things';

  await t.throwsAsync(openStore(url, testParts(), createThings), {message: /ECONNREFUSED/u});
});

test('a wrong password is an error', async t => {
  const url = testMongoUrl().replace('mongodb://', 'mongodb://ann:wrong@');

  await t.throwsAsync(openStore(url, testParts(), createThings), {message: /Authentication failed/u});
});
