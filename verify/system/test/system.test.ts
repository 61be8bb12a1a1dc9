import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import type {Got} from 'got';
import {findMongod} from '../../../dev/find-mongod.ts';
import {mongoUrlAt, startMongod} from '../../../dev/mongod.ts';
import {freePort} from '../../../dev/ports.ts';
import {startRestartable} from '../../lib/restartable.ts';
import {ann, ben} from '../../../services/users/test/fixtures.ts';
import {startSystem} from '../start-system.ts';

type Created = {id: string; status: string; code?: string};

const products = [{productId: 'book', quantity: 3, price: 19.99}];

async function register(users: Got, user = ann): Promise<string> {
  const {body} = await users.post<Created>('api/users', {json: user});
  return body.id;
}

const place = (orders: Got, userId: string, key: string) =>
  orders.post<Created>('api/orders', {json: {userId, products}, headers: {'idempotency-key': key}});

test('a user registers and orders, and the order is paid', async t => {
  const {users, orders} = await startSystem(t);
  const userId = await register(users.api);

  const placed = await place(orders.api, userId, 'k1');
  const paid = await orders.api.patch<Created>(`api/orders/${placed.body.id}`, {json: {status: 'paid'}});
  const unknown = await place(orders.api, '0'.repeat(24), 'k1');

  t.deepEqual([placed.statusCode, placed.body.status], [201, 'pending']);
  t.deepEqual([paid.statusCode, paid.body.status], [200, 'paid']);
  t.deepEqual([unknown.statusCode, unknown.body.code], [400, 'unknown_user']);
});

test('while users is down, orders serves reads, replays and orders of cached buyers; other orders get 503 until users is back, without a restart of orders', async t => {
  const {users, orders} = await startSystem(t, {USERS_CACHE_FRESH_MS: '0'});
  const [known, stranger] = [await register(users.api), await register(users.api, ben)];
  const placed = await place(orders.api, known, 'k1');
  await users.kill();

  const list = await orders.api.get<Created[]>('api/orders');
  const replay = await place(orders.api, known, 'k1');
  const another = await place(orders.api, known, 'k2');
  const refused = await place(orders.api, stranger, 'k1');
  const ready = await orders.ops.get('readyz');
  await users.start();
  const accepted = await place(orders.api, stranger, 'k1');

  t.deepEqual([list.statusCode, list.body.length], [200, 1]);
  t.deepEqual([replay.statusCode, replay.body], [201, placed.body]);
  t.is(another.statusCode, 201);
  t.deepEqual([refused.statusCode, refused.body.code], [503, 'users_unavailable']);
  t.is(refused.headers['retry-after'], '1');
  t.true((refused.timings?.phases.total ?? Infinity) < 1_200);
  t.is(ready.statusCode, 200);
  t.is(accepted.statusCode, 201);
});

test('when its mongod is killed, orders answers 503, and recovers by itself with every acknowledged order', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'duet-system-'));
  const [binary, port] = [await findMongod(() => undefined), await freePort()];
  const mongod = await startRestartable(() => startMongod(binary, folder, port));
  t.teardown(async () => {
    await mongod.stop();
    await rm(folder, {recursive: true});
  });
  const {users, orders} = await startSystem(t, {MONGO_URL: mongoUrlAt(port, 'orders')});
  const userId = await register(users.api);

  const acknowledged: string[] = [];
  const clients = Array.from({length: 20}, async (_, client) => {
    for (let index = 0; ; index++) {
      const {statusCode, body} = await place(orders.api, userId, `k${client}-${index}`);
      if (statusCode === 201) acknowledged.push(body.id);
      if (acknowledged.length === 50) mongod.signal('SIGKILL');
      if (statusCode !== 201 && acknowledged.length >= 50) return statusCode;
    }
  });
  const refusals = new Set(await Promise.all(clients));
  const down = await orders.api.get<Created>('api/orders');
  await mongod.stop();
  await mongod.start();
  const backAt = performance.now();
  while ((await orders.api.get('api/orders')).statusCode !== 200) await wait(20);
  t.true(performance.now() - backAt < 2_000);
  const missing = [];
  for (const id of acknowledged) {
    const {statusCode} = await orders.api.get(`api/orders/${id}`);
    if (statusCode !== 200) missing.push([id, statusCode]);
  }

  t.true(acknowledged.length >= 50);
  t.deepEqual(refusals, new Set([503]));
  t.deepEqual([down.statusCode, down.body.code, down.headers['retry-after']], [503, 'unavailable', '1']);
  t.deepEqual(missing, []);
  t.is((await place(orders.api, userId, 'after')).statusCode, 201);
});
