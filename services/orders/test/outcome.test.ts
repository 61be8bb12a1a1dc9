import {setTimeout as wait} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {newId} from '#platform/ids.ts';
import {mongoBehindProxy} from '#platform/test/mongo-proxy.ts';
import {openTestStore} from '#platform/test/open-test-store.ts';
import {startApp, testParts} from '#platform/test/start-app.ts';
import {createApp} from '../app.ts';
import {PLACE_WITHIN_MS} from '../orders.ts';
import {createStore} from '../store.ts';
import {book, buyer, findBuyer} from './fixtures.ts';

type Order = {id: string; status: string; code: string};

const json = {userId: buyer, products: [book]};
const keyed = {json, headers: {'idempotency-key': 'k1'}};

/** The orders API whose MongoDB can lose what it is sent, or get it late. */
async function startBehindProxy(t: ExecutionContext) {
  const proxy = await mongoBehindProxy(t);
  const store = await openTestStore(t, createStore, proxy.url);
  const orders = await startApp(t, createApp(testParts(), {store, findUser: findBuyer, observe: () => undefined}));
  const stored = async (): Promise<number> => {
    for (;;) {
      const {statusCode, body} = await orders.get<Order[]>('api/orders');
      if (statusCode === 200) return body.length;
    }
  };
  return {orders, stored, ...proxy};
}

for (const [what, request, answer] of [
  ['without a key is 504 outcome_unknown without Retry-After', {json}, [504, 'outcome_unknown', undefined]],
  ['with a key is 503 with Retry-After', keyed, [503, 'unavailable', '1']],
] as const) {
  test.serial(`an order ${what} if MongoDB stores it after its deadline`, async t => {
    const {orders, stored, hold, release} = await startBehindProxy(t);
    await orders.post('api/orders', {json: {...json, userId: newId()}});

    hold();
    const start = performance.now();
    const {statusCode, body, headers} = await orders.post<Order>('api/orders', request);
    const took = performance.now() - start;
    release();

    t.deepEqual([statusCode, body.code, headers['retry-after']], [...answer]);
    t.true(took > PLACE_WITHIN_MS - 100);
    // With the key, its lookup is what was held back, and the order was not begun.
    const expected = request === keyed ? 0 : 1;
    while ((await stored()) !== expected) await wait(50);
    t.is(await stored(), expected);
  });
}

test.serial('the driver does not retry an order after its answer', async t => {
  const {orders, stored, swallow} = await startBehindProxy(t);

  swallow();
  const {statusCode, body} = await orders.post<Order>('api/orders', {json});
  await wait(1_000);

  t.deepEqual([statusCode, body.code], [504, 'outcome_unknown']);
  t.is(await stored(), 0);
});

test.serial('a status change that MongoDB may still make is 504 outcome_unknown', async t => {
  const {orders, hold, release} = await startBehindProxy(t);
  const {body: order} = await orders.post<Order>('api/orders', {json});

  hold();
  const moved = await orders.patch<Order>(`api/orders/${order.id}`, {json: {status: 'paid'}});
  const read = await orders.get<Order>(`api/orders/${order.id}`);
  release();

  t.deepEqual([moved.statusCode, moved.body.code, moved.headers['retry-after']], [504, 'outcome_unknown', undefined]);
  t.deepEqual([read.statusCode, read.body.code, read.headers['retry-after']], [503, 'unavailable', '1']);
  const statusOf = async () => (await orders.get<Order>(`api/orders/${order.id}`)).body.status;
  while ((await statusOf()) !== 'paid') await wait(50);
});
