import test from 'ava';
import type {Connection} from 'mongoose';
import {newId} from '#platform/ids.ts';
import {openTestStore} from '#platform/test/open-test-store.ts';
import type {Order} from '../orders.ts';
import {createStore} from '../store.ts';
import {buyer} from './fixtures.ts';

const orderAt = (time: number, change: Partial<Order> = {}): Order => ({
  id: newId(),
  userId: buyer,
  products: [{productId: 'book', quantity: 3, cents: 1999}],
  totalCents: 5997,
  status: 'pending',
  createdAt: new Date(time).toISOString(),
  updatedAt: new Date(time).toISOString(),
  version: 1,
  ...change,
});

const keyed = {key: 'k1', fingerprint: 'f1'};
const everything = {userId: undefined, status: undefined, limit: 10, after: undefined, lines: 1_000};

test('an order is read as it was stored', async t => {
  const store = await openTestStore(t, createStore);
  const order = orderAt(1);

  t.is(await store.insert(order), 'inserted');

  t.deepEqual(await store.find(order.id), order);
  t.deepEqual(await store.findLatest(order.id), order);
  t.is(await store.find(newId()), undefined);
});

test('an idempotency key is unique per user and finds its order', async t => {
  const store = await openTestStore(t, createStore);
  const [order, other] = [orderAt(1), orderAt(2, {userId: newId()})];

  t.is(await store.insert(order, keyed), 'inserted');
  t.is(await store.insert(orderAt(3), keyed), 'key_exists');
  t.is(await store.insert(other, keyed), 'inserted');

  t.deepEqual(await store.findByKey(buyer, 'k1'), {...order, ...keyed});
  t.deepEqual(await store.findLatestByKey(buyer, 'k1'), {...order, ...keyed});
  t.is(await store.findByKey(buyer, 'k2'), undefined);
});

test('orders without a key never conflict', async t => {
  const store = await openTestStore(t, createStore);

  t.deepEqual(await Promise.all([store.insert(orderAt(1)), store.insert(orderAt(2))]), ['inserted', 'inserted']);
});

test('the list is filtered, newest first, and continues after a position', async t => {
  const store = await openTestStore(t, createStore);
  const [first, second, paid, others] = [
    orderAt(1),
    orderAt(2),
    orderAt(3, {status: 'paid'}),
    orderAt(4, {userId: newId()}),
  ];
  for (const order of [second, others, first, paid]) await store.insert(order);
  const ids = async (page: object) => (await store.list({...everything, ...page})).map(({id}) => id);

  t.deepEqual(await ids({}), [others.id, paid.id, second.id, first.id]);
  t.deepEqual(await ids({userId: buyer}), [paid.id, second.id, first.id]);
  t.deepEqual(await ids({userId: buyer, status: 'pending'}), [second.id, first.id]);
  t.deepEqual(await ids({status: 'paid'}), [paid.id]);
  t.deepEqual(await ids({after: {createdAt: new Date(3), id: paid.id}, limit: 1}), [second.id]);
});

test('the orders of a buyer with one status are found without reading the others', async t => {
  let connection: Connection | undefined;
  const store = await openTestStore(t, async (opened, writes) => createStore((connection = opened), writes));
  for (let count = 1; count <= 30; count++) {
    await store.insert(orderAt(count));
    await store.insert(orderAt(count, {userId: newId(), status: 'paid'}));
  }
  await store.insert(orderAt(1, {status: 'paid'}));
  await connection?.db?.command({profile: 2});

  const [first, next] = [{}, {after: {createdAt: new Date(5), id: newId()}}];
  for (const page of [first, next]) await store.list({...everything, userId: buyer, status: 'paid', ...page});

  const queries = await connection?.db
    ?.collection('system.profile')
    .find({op: {$in: ['query', 'command']}, ns: /\.orders$/u})
    .toArray();
  t.deepEqual(
    queries?.map(({docsExamined}) => Number(docsExamined)),
    [1, 1],
  );
});

test('orders with the same time are listed by id', async t => {
  const store = await openTestStore(t, createStore);
  const orders = Array.from({length: 5}, () => orderAt(1));
  for (const order of orders) await store.insert(order);
  const newestFirst = orders
    .map(({id}) => id)
    .toSorted()
    .toReversed();

  const rest = await store.list({...everything, after: {createdAt: new Date(1), id: newestFirst[1] ?? ''}});

  t.deepEqual(
    rest.map(({id}) => id),
    newestFirst.slice(2),
  );
});

test('the list ends with the order that has more lines than fit', async t => {
  const store = await openTestStore(t, createStore);
  const line = {productId: 'book', quantity: 3, cents: 1999};
  for (const [time, lines] of [3, 1, 2, 4].entries())
    await store.insert(orderAt(time, {products: Array.from({length: lines}, () => line)}));
  const linesOf = async (lines: number) =>
    (await store.list({...everything, lines})).map(({products}) => products.length);

  t.deepEqual(await linesOf(0), [4]);
  t.deepEqual(await linesOf(3), [4]);
  t.deepEqual(await linesOf(4), [4, 2]);
  t.deepEqual(await linesOf(7), [4, 2, 1, 3]);
  t.deepEqual(await linesOf(1_000), [4, 2, 1, 3]);
});

test('a status change needs a matching status, user and version, and raises the version', async t => {
  const store = await openTestStore(t, createStore);
  const order = orderAt(1);
  await store.insert(order);
  const move = (from: Order['status'], versions?: number[], userId?: string) =>
    store.move(order.id, {from: [from], to: 'paid', userId, versions}, new Date(9));

  t.is(await move('shipped'), undefined);
  t.is(await move('pending', [2]), undefined);
  t.is(await move('pending', [1], newId()), undefined);
  t.deepEqual(await move('pending', [1], order.userId), {
    ...order,
    status: 'paid',
    version: 2,
    updatedAt: new Date(9).toISOString(),
  });
});
