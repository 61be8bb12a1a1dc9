import {on, once} from 'node:events';
import {connect, createServer, type AddressInfo, type Socket} from 'node:net';
import {setTimeout as wait} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import type {Connection} from 'mongoose';
import {Registry} from 'prom-client';
import {AppError} from '../../errors.ts';
import {untilOpen} from '../../lifecycle.ts';
import {createLog} from '../../log.ts';
import {createReadiness} from '../../readiness.ts';
import {testMongoUrl} from '../../test/open-test-store.ts';
import {openStore} from '../connection.ts';
import {failFast, type Health} from '../health.ts';
import {createMongoMetrics} from '../metrics.ts';
import {bounded} from '../store.ts';

/** The test's MongoDB behind a proxy that can be cut and mended. */
async function startProxy(t: ExecutionContext) {
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
  const own = (server.address() as AddressInfo).port;
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  t.teardown(cut);

  url.port = String(own);
  url.search = 'directConnection=true';
  return {
    url: url.href,
    cut,
    mend: () => server.listen(own, '127.0.0.1'),
  };
}

const createStore = async (connection: Connection, _writes: Connection, health: Health) => {
  const read = async () => connection.db?.collection('things').findOne({});
  return failFast(bounded({read, monitored: () => untilMonitored(connection)}), health);
};

/** Until the driver holds a connection on which MongoDB tells at once what changes: half a second after the first one. */
async function untilMonitored(connection: Connection): Promise<void> {
  for await (const [{awaited}] of on(connection.getClient(), 'serverHeartbeatStarted')) if (awaited) return;
}

async function openThings(t: ExecutionContext, url: string) {
  const parts = {readiness: createReadiness(), mongoMetrics: createMongoMetrics(new Registry())};
  const up = async () => (await parts.mongoMetrics.up.get()).values[0]?.value;
  const before = await up();
  // With retries, as a service does, because connecting may take long on a busy machine.
  const log = createLog('test', 'silent');
  const store = await untilOpen(() => openStore(url, parts, createStore), {...parts, log});
  t.teardown(() => store.close());
  parts.readiness.pass('startup');
  return {store, readiness: parts.readiness, before, up};
}

test('the metric mongodb_up is 1 once connected, and 0 after a ping without an answer', async t => {
  const {url, cut} = await startProxy(t);
  const {before, up} = await openThings(t, url);

  const open = await up();
  cut();
  while ((await up()) === 1) await wait(50);

  t.deepEqual([before, open, await up()], [0, 1, 0]);
});

test('while MongoDB is known to be away, operations are refused at once, and served as soon as it is back', async t => {
  const {url, cut, mend} = await startProxy(t);
  const {store, up} = await openThings(t, url);
  t.is(await store.read(), null);

  cut();
  await wait(4_500);
  const start = performance.now();
  for (let count = 0; count < 100; count++) {
    const error = await t.throwsAsync(store.read(), {instanceOf: AppError});
    t.is(error?.kind.code, 'unavailable');
  }
  t.true(performance.now() - start < 1_000);

  mend();
  while ((await up()) === 0) await wait(50);
  t.is(await store.read(), null);
});

test('an outage of a second, as by an election, refuses nothing', async t => {
  const {url, cut, mend} = await startProxy(t);
  const {store} = await openThings(t, url);
  await store.monitored();

  cut();
  await wait(100);
  const reads = Array.from({length: 10}, () => store.read());
  await wait(500);
  mend();

  t.deepEqual(await Promise.all(reads), Array(10).fill(null));
});

test('a service that loses MongoDB is unready after ten seconds, says why, and is ready once it is back', async t => {
  const {url, cut, mend} = await startProxy(t);
  const {readiness} = await openThings(t, url);
  t.true(readiness.isReady());

  const start = performance.now();
  cut();
  while (readiness.isReady()) await wait(50);
  const unreadyAfter = performance.now() - start;
  const failures = readiness.failures();
  mend();
  while (!readiness.isReady()) await wait(50);

  t.true(unreadyAfter > 8_000);
  t.regex(failures['mongodb'] ?? '', /^no answer for 1\d s$/u);
  t.deepEqual(Object.keys(failures), ['mongodb']);
});

test('requests that fill the pool do not look like an outage', async t => {
  const parts = {readiness: createReadiness(), mongoMetrics: createMongoMetrics(new Registry())};
  const create = async (connection: Connection) => {
    const things = connection.db?.collection<{name: string}>('things');
    await things?.insertOne({name: 'a'});
    return {slow: async () => things?.findOne({$where: 'sleep(1500) || true'})};
  };
  const store = await openStore(testMongoUrl(), parts, create);
  t.teardown(() => store.close());
  const end = performance.now() + 6_000;
  const load = Array.from({length: 60}, async () => {
    while (performance.now() < end) await store.slow().catch(() => wait(10));
  });

  const seen = new Set<number | undefined>();
  while (performance.now() < end) {
    seen.add((await parts.mongoMetrics.up.get()).values[0]?.value);
    await wait(50);
  }
  await Promise.all(load);

  t.deepEqual(seen, new Set([1]));
});
