import {once} from 'node:events';
import {connect, createServer, type AddressInfo, type Socket} from 'node:net';
import {setTimeout as wait} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {Schema, type Connection} from 'mongoose';
import {Registry} from 'prom-client';
import {createLog} from '../../log.ts';
import {untilOpen} from '../../lifecycle.ts';
import {duplicateIndex, openStore, schemaOptions, touch, trusted} from '../connection.ts';
import {openTestStore, testMongoUrl} from '../../test/open-test-store.ts';
import {createReadiness} from '../../readiness.ts';
import {createMongoMetrics} from '../metrics.ts';

const schema = new Schema({name: String, version: Number}, schemaOptions);
schema.index({name: 1}, {name: 'name_taken', unique: true});

const testParts = () => ({
  log: createLog('test', 'silent'),
  readiness: createReadiness(),
  mongoMetrics: createMongoMetrics(new Registry()),
});

async function createThings(connection: Connection) {
  const things = connection.model('Thing', schema);
  await things.createIndexes();
  await things.insertMany([{name: 'a', version: 1}], {lean: true});
  return {things};
}

/** The test's MongoDB behind a proxy that can cut the connection. */
async function mongoThatCanBeCut(t: ExecutionContext): Promise<{url: string; cut: () => void}> {
  const url = new URL(testMongoUrl());
  const [host, port] = [url.hostname, Number(url.port)];
  const sockets = new Set<Socket>();
  const join = (socket: Socket) => {
    const onward = connect(port, host);
    for (const end of [socket, onward]) sockets.add(end.on('error', () => undefined));
    socket.pipe(onward).pipe(socket);
  };
  const server = createServer(join).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  t.teardown(cut);

  url.port = String((server.address() as AddressInfo).port);
  url.search = 'directConnection=true';
  return {url: url.href, cut};
}

test('the metric mongodb_up is 1 once connected, and 0 after a ping without an answer', async t => {
  const {url, cut} = await mongoThatCanBeCut(t);
  const parts = testParts();
  const up = async () => (await parts.mongoMetrics.up.get()).values[0]?.value;
  const before = await up();

  // With retries, as a service does, because connecting may take long on a busy machine.
  const store = await untilOpen(() => openStore(url, parts, () => Promise.resolve({})), parts);
  t.teardown(() => store.close());
  const open = await up();
  cut();
  while ((await up()) === 1) await wait(50);

  t.deepEqual([before, open, await up()], [0, 1, 0]);
});

test('a pool opens all its connections before requests need them', async t => {
  const parts = testParts();
  const store = await openStore(testMongoUrl(), parts, () => Promise.resolve({}));
  t.teardown(() => store.close());
  const open = async () => {
    const {values} = await parts.mongoMetrics.connections.get();
    return values.find(({labels}) => labels.state === 'open')?.value;
  };

  // The driver opens one every 100 ms. If it does not, the test times out.
  while ((await open()) !== 20) await wait(50);

  t.is(await open(), 20);
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
