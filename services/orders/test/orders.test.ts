import test from 'ava';
import {AppError} from '#platform/errors.ts';
import {fingerprintOf} from '#platform/idempotency.ts';
import {OrderStatus} from '../contract.ts';
import {canMove, changeStatus, findOrder, placeOrder, type Deps, type Order, type OrderStore} from '../orders.ts';
import {book, buyer, findBuyer} from './fixtures.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
const input = {userId: buyer, products: [book]};
const keyed = {key: 'k1', fingerprint: fingerprintOf(input)};
const order: Order = {
  id: '6656e1f0a1b2c3d4e5f60718',
  userId: buyer,
  products: [{productId: 'book', quantity: 3, cents: 1999}],
  totalCents: 5997,
  status: 'pending',
  createdAt: now.toISOString(),
  updatedAt: now.toISOString(),
  version: 1,
};

const emptyStore: OrderStore = {
  insert: () => Promise.resolve('inserted'),
  list: () => Promise.resolve([]),
  find: () => Promise.resolve(undefined),
  findByKey: () => Promise.resolve(undefined),
  move: () => Promise.resolve(undefined),
};

const depsWith = (store: Partial<OrderStore>, findUser = findBuyer): Deps => ({
  store: {...emptyStore, ...store},
  findUser,
  announce: () => undefined,
});
const never = () => Promise.reject(new Error('must not be asked'));
const codeOf = (error: AppError | undefined) => error?.kind.code;

test('an order is pending, and its total is exact', async t => {
  const products = [book, {productId: 'pen', quantity: 1, price: 0.1}, {productId: 'cap', quantity: 1, price: 0.2}];

  const placed = await placeOrder(depsWith({}), {userId: buyer, products}, undefined, now);

  t.false(placed.replayed);
  t.like(placed.order, {status: 'pending', totalCents: 5997 + 30, createdAt: now.toISOString(), version: 1});
});

test('an order of an unknown user is refused and not stored', async t => {
  const deps = depsWith({insert: never});

  const error = await t.throwsAsync(placeOrder(deps, {...input, userId: order.id}), {instanceOf: AppError});

  t.is(codeOf(error), 'unknown_user');
});

test('an order whose buyer cannot be asked for is not stored', async t => {
  const down = new Error('users is down');
  const deps = depsWith({insert: never}, () => Promise.reject(down));

  t.is(await t.throwsAsync(placeOrder(deps, input)), down);
});

test('a known key is answered as its order was created, without asking users', async t => {
  const moved: Order = {...order, status: 'shipped', updatedAt: '2026-02-01T00:00:00.000Z', version: 3};
  const deps = depsWith({findByKey: () => Promise.resolve({...moved, ...keyed})}, never);

  t.deepEqual(await placeOrder(deps, input, 'k1'), {order, replayed: true});
});

test('a key with another body is refused', async t => {
  const deps = depsWith({findByKey: () => Promise.resolve({...order, ...keyed})}, never);
  const other = {...input, products: [{...book, quantity: 4}]};

  t.is(codeOf(await t.throwsAsync(placeOrder(deps, other, 'k1'), {instanceOf: AppError})), 'key_reused');
});

test('the loser of a race for a key answers with the order of the winner', async t => {
  const deps = depsWith({
    insert: () => Promise.resolve('key_exists'),
    findByKey: (_userId, _key, freshness) => Promise.resolve(freshness === 'latest' ? {...order, ...keyed} : undefined),
  });

  t.deepEqual(await placeOrder(deps, input, 'k1'), {order, replayed: true});
});

test('without a key, nothing is looked up', async t => {
  const placed = await placeOrder(depsWith({findByKey: never}), input);

  t.false(placed.replayed);
});

const moves = new Set(['pending>paid', 'pending>cancelled', 'paid>shipped', 'paid>cancelled', 'shipped>delivered']);
for (const from of OrderStatus.options) {
  for (const to of OrderStatus.options) {
    const allowed = moves.has(`${from}>${to}`);
    test(`an order ${allowed ? 'may' : 'may not'} go from ${from} to ${to}`, t => {
      t.is(canMove(from, to), allowed);
    });
  }
}

test('an order moves only from where it may', async t => {
  let asked: unknown;
  const deps = depsWith({move: (_id, move) => ((asked = move), Promise.resolve({...order, status: 'cancelled'}))});

  const moved = await changeStatus(deps, order.id, 'cancelled', [1]);

  t.is(moved.status, 'cancelled');
  t.deepEqual(asked, {from: ['pending', 'paid'], to: 'cancelled', versions: [1]});
});

for (const [what, found, to, versions, outcome] of [
  ['that is not there', undefined, 'paid', undefined, 'order_not_found'],
  ['of another version', order, 'paid', [2], 'changed'],
  ['that may not go there', order, 'delivered', undefined, 'illegal_transition'],
] as const) {
  test(`a move of an order ${what} is ${outcome}`, async t => {
    const deps = depsWith({find: () => Promise.resolve(found)});
    const move = changeStatus(deps, order.id, to, versions && [...versions]);

    t.is(codeOf(await t.throwsAsync(move, {instanceOf: AppError})), outcome);
  });
}

test('an order that has the status already is answered as it is', async t => {
  const deps = depsWith({find: () => Promise.resolve(order)});

  t.is(await changeStatus(deps, order.id, 'pending'), order);
});

test('an order that is not there is order_not_found', async t => {
  t.is(codeOf(await t.throwsAsync(findOrder(depsWith({}), order.id), {instanceOf: AppError})), 'order_not_found');
});
