import test from 'ava';
import {everybody, type Principal} from '#platform/auth.ts';
import {AppError} from '#platform/errors.ts';
import {fingerprintOf} from '#platform/idempotency.ts';
import {newId} from '#platform/ids.ts';
import {OrderStatus} from '../contract.ts';
import {
  canMove,
  changeStatus,
  findOrder,
  listOrders,
  placeOrder,
  type Deps,
  type Move,
  type Order,
  type OrderPage,
  type OrderStore,
} from '../orders.ts';
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
  findLatest: () => Promise.resolve(undefined),
  findByKey: () => Promise.resolve(undefined),
  findLatestByKey: () => Promise.resolve(undefined),
  move: () => Promise.resolve(undefined),
};

const depsWith = (store: Partial<OrderStore>, findUser = findBuyer): Deps => ({
  store: {...emptyStore, ...store},
  findUser,
  observe: () => undefined,
});
const never = () => Promise.reject(new Error('must not be asked'));
const codeOf = (error: AppError | undefined) => error?.kind.code;

test('a new order is pending, and its total is exact', async t => {
  const products = [book, {productId: 'pen', quantity: 1, price: 0.1}, {productId: 'cap', quantity: 1, price: 0.2}];

  const placed = await placeOrder(depsWith({}), everybody, {userId: buyer, products}, undefined, now);

  t.false(placed.replayed);
  t.like(placed.order, {status: 'pending', totalCents: 5997 + 30, createdAt: now.toISOString(), version: 1});
});

test('an order for an unknown user is refused and not stored', async t => {
  const deps = depsWith({insert: never});

  const error = await t.throwsAsync(placeOrder(deps, everybody, {...input, userId: order.id}), {instanceOf: AppError});

  t.is(codeOf(error), 'unknown_user');
});

test('if users is unavailable, the order is not stored', async t => {
  const down = new Error('users is down');
  const deps = depsWith({insert: never}, () => Promise.reject(down));

  t.is(await t.throwsAsync(placeOrder(deps, everybody, input)), down);
});

test('a known key replays the order as it was created, without asking users', async t => {
  const moved: Order = {...order, status: 'shipped', updatedAt: '2026-02-01T00:00:00.000Z', version: 3};
  const deps = depsWith({findByKey: () => Promise.resolve({...moved, ...keyed})}, never);

  t.deepEqual(await placeOrder(deps, everybody, input, 'k1'), {order, replayed: true});
});

test('a key with another body is refused', async t => {
  const deps = depsWith({findByKey: () => Promise.resolve({...order, ...keyed})}, never);
  const other = {...input, products: [{...book, quantity: 4}]};

  t.is(codeOf(await t.throwsAsync(placeOrder(deps, everybody, other, 'k1'), {instanceOf: AppError})), 'key_reused');
});

test('a request that loses the race for a key answers with the order of the winner', async t => {
  const deps = depsWith({
    insert: () => Promise.resolve('key_exists'),
    findLatestByKey: () => Promise.resolve({...order, ...keyed}),
  });

  t.deepEqual(await placeOrder(deps, everybody, input, 'k1'), {order, replayed: true});
});

test('without a key no earlier order is looked up', async t => {
  const placed = await placeOrder(depsWith({findByKey: never, findLatestByKey: never}), everybody, input);

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

test('a status change names the statuses that it may come from', async t => {
  let asked: unknown;
  const deps = depsWith({move: (_id, move) => ((asked = move), Promise.resolve({...order, status: 'cancelled'}))});

  const moved = await changeStatus(deps, everybody, order.id, 'cancelled', [1]);

  t.is(moved.status, 'cancelled');
  t.deepEqual(asked, {from: ['pending', 'paid'], to: 'cancelled', userId: undefined, versions: [1]});
});

for (const [what, found, to, versions, outcome] of [
  ['that does not exist', undefined, 'paid', undefined, 'order_not_found'],
  ['of another version', order, 'paid', [2], 'changed'],
  ['whose status does not allow it', order, 'delivered', undefined, 'illegal_transition'],
] as const) {
  test(`a status change of an order ${what} is ${outcome}`, async t => {
    const deps = depsWith({findLatest: () => Promise.resolve(found)});
    const move = changeStatus(deps, everybody, order.id, to, versions && [...versions]);

    t.is(codeOf(await t.throwsAsync(move, {instanceOf: AppError})), outcome);
  });
}

test('a status change that has become possible while it was refused is made', async t => {
  const paid = {...order, status: 'paid', version: 2} as const;
  const shipped = {...order, status: 'shipped', version: 3} as const;
  const outcomes = [undefined, shipped];
  const deps = depsWith({move: () => Promise.resolve(outcomes.shift()), findLatest: () => Promise.resolve(paid)});

  t.is(await changeStatus(deps, everybody, order.id, 'shipped', [2]), shipped);
});

test('an order that already has the status is returned unchanged', async t => {
  const deps = depsWith({findLatest: () => Promise.resolve(order)});

  t.is(await changeStatus(deps, everybody, order.id, 'pending'), order);
});

const owner: Principal = {id: buyer, role: 'user', token: 'of the buyer'};
const another: Principal = {id: newId(), role: 'user'};
const admin: Principal = {id: newId(), role: 'admin'};

test("users is asked about the buyer with the caller's token", async t => {
  const asked: unknown[] = [];
  const deps = depsWith({}, (id, token) => (asked.push([id, token]), Promise.resolve({id})));

  await placeOrder(deps, owner, input);

  t.deepEqual(asked, [[buyer, owner.token]]);
});

for (const [who, caller] of [
  ['a user', owner],
  ['an admin', admin],
] as const) {
  test(`${who} who names no buyer is the buyer, with the same fingerprint as if named`, async t => {
    let inserted: {order: Order; keyed: unknown} | undefined;
    const insert: OrderStore['insert'] = (order, keyed) => ((inserted = {order, keyed}), Promise.resolve('inserted'));
    const deps = depsWith({insert}, id => Promise.resolve({id}));

    await placeOrder(deps, caller, {products: [book]}, 'k1');

    t.is(inserted?.order.userId, caller.id);
    t.deepEqual(inserted?.keyed, {key: 'k1', fingerprint: fingerprintOf({...input, userId: caller.id})});
  });
}

test('a field that the contract gains is stored, and is part of the fingerprint', async t => {
  let inserted: {order: Order; keyed: unknown} | undefined;
  const insert: OrderStore['insert'] = (order, keyed) => ((inserted = {order, keyed}), Promise.resolve('inserted'));
  const later = {...input, note: 'ring twice'};

  await placeOrder(depsWith({insert}), everybody, later, 'k1');

  t.like(inserted?.order, {note: 'ring twice', userId: buyer, totalCents: 5997});
  t.deepEqual(inserted?.keyed, {key: 'k1', fingerprint: fingerprintOf(later)});
  t.not(fingerprintOf(later), fingerprintOf(input));
});

test('an order for another user is forbidden before any lookup', async t => {
  const deps = depsWith({findByKey: never, findLatestByKey: never}, never);

  t.is(codeOf(await t.throwsAsync(placeOrder(deps, another, input, 'k1'), {instanceOf: AppError})), 'forbidden');
});

test('in open mode an order must name its buyer', async t => {
  const error = await t.throwsAsync(placeOrder(depsWith({}, never), everybody, {products: [book]}), {
    instanceOf: AppError,
  });

  t.is(codeOf(error), 'invalid');
  t.deepEqual(error?.errors, [{path: 'userId', message: 'is required'}]);
});

for (const [who, caller, userId, listed] of [
  ['a user', owner, undefined, buyer],
  ['a user who asks for their own', owner, buyer, buyer],
  ['an admin', admin, undefined, undefined],
  ['an admin who asks for one user', admin, buyer, buyer],
] as const) {
  test(`the list of ${who} has the orders of ${listed ? 'that user' : 'all users'}`, async t => {
    let asked: OrderPage | undefined;
    const deps = depsWith({list: page => ((asked = page), Promise.resolve([]))});

    await listOrders(deps, caller, {userId, status: undefined, limit: 10, after: undefined});

    t.is(asked?.userId, listed);
  });
}

test('the orders of another user are not found, without a query', async t => {
  const list = listOrders(depsWith({list: never}), another, {
    userId: buyer,
    status: undefined,
    limit: 10,
    after: undefined,
  });

  t.is(codeOf(await t.throwsAsync(list, {instanceOf: AppError})), 'order_not_found');
});

test('an order of another user is not found, whether it is read or changed', async t => {
  const found = () => Promise.resolve(order);
  const deps = depsWith({find: found, findLatest: found});

  t.is(codeOf(await t.throwsAsync(findOrder(deps, another, order.id), {instanceOf: AppError})), 'order_not_found');
  t.is(
    codeOf(await t.throwsAsync(changeStatus(deps, another, order.id, 'cancelled'), {instanceOf: AppError})),
    'order_not_found',
  );
});

test('users can cancel only their own orders', async t => {
  let asked: Move | undefined;
  const deps = depsWith({move: (_id, move) => ((asked = move), Promise.resolve({...order, status: 'cancelled'}))});

  await changeStatus(deps, owner, order.id, 'cancelled');

  t.is(asked?.userId, buyer);
});

for (const to of ['pending', 'paid', 'shipped', 'delivered'] as const) {
  test(`a user may not set an order to ${to}; the order is not even read`, async t => {
    const move = changeStatus(depsWith({move: never, find: never, findLatest: never}), owner, order.id, to);

    t.is(codeOf(await t.throwsAsync(move, {instanceOf: AppError})), 'forbidden');
  });
}

test('an order that does not exist is order_not_found', async t => {
  t.is(
    codeOf(await t.throwsAsync(findOrder(depsWith({}), everybody, order.id), {instanceOf: AppError})),
    'order_not_found',
  );
});
