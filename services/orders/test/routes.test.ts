import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {AppError} from '#platform/errors.ts';
import {newId} from '#platform/ids.ts';
import {usersUnavailable} from '../contract.ts';
import {PLACE_WITHIN_MS} from '../orders.ts';
import {book, buyer, findBuyer, startOrders} from './fixtures.ts';

type Order = {
  id: string;
  userId: string;
  products: unknown[];
  total: number;
  status: string;
  createdAt: string;
  updatedAt: string;
};
type Problem = {code: string; error: string; errors?: {path: string}[]};

const json = {userId: buyer, products: [book]};
const key = (value: string) => ({'idempotency-key': value});

test('a new order can be read at its Location', async t => {
  const orders = await startOrders(t);

  const created = await orders.post<Order>('api/orders', {json});
  const read = await orders.get<Order>(String(created.headers.location).slice(1));

  t.is(created.statusCode, 201);
  t.is(created.headers.etag, '"1"');
  t.like(created.body, {userId: buyer, products: [book], total: 59.97, status: 'pending'});
  t.deepEqual(Object.keys(created.body), ['id', 'userId', 'products', 'total', 'status', 'createdAt', 'updatedAt']);
  t.deepEqual(read.body, created.body);
});

for (const [what, body, path] of [
  ['no products', {userId: buyer, products: []}, 'products'],
  ['101 products', {userId: buyer, products: Array(101).fill(book)}, 'products'],
  ['a user id of 23 characters', {...json, userId: buyer.slice(1)}, 'userId'],
  ['a user id of 25 characters', {...json, userId: `${buyer}0`}, 'userId'],
  ['a user id that is not hexadecimal', {...json, userId: 'z'.repeat(24)}, 'userId'],
  ['an operator as user id', {...json, userId: {$gt: ''}}, 'userId'],
  ['a total', {...json, total: 1}, 'total'],
  ['a status', {...json, status: 'paid'}, 'status'],
  ['a price with three decimals', {...json, products: [{...book, price: 1.999}]}, 'products.0.price'],
  ['a negative price', {...json, products: [{...book, price: -1}]}, 'products.0.price'],
  ['a price over a million', {...json, products: [{...book, price: 1_000_000.01}]}, 'products.0.price'],
  ['a price as text', {...json, products: [{...book, price: '1'}]}, 'products.0.price'],
  ['a quantity of 0', {...json, products: [{...book, quantity: 0}]}, 'products.0.quantity'],
  ['a quantity of 10,001', {...json, products: [{...book, quantity: 10_001}]}, 'products.0.quantity'],
  ['a fractional quantity', {...json, products: [{...book, quantity: 0.5}]}, 'products.0.quantity'],
  ['a product id of spaces', {...json, products: [{...book, productId: '  '}]}, 'products.0.productId'],
  [
    'a product id of 65 characters',
    {...json, products: [{...book, productId: 'a'.repeat(65)}]},
    'products.0.productId',
  ],
] as const) {
  test(`an order with ${what} is refused, and nothing is stored`, async t => {
    const orders = await startOrders(t);

    const response = await orders.post<Problem>('api/orders', {json: body});

    t.is(response.statusCode, 400);
    t.is(response.body.code, 'invalid');
    t.deepEqual(
      response.body.errors?.map(error => error.path),
      [path],
    );
    t.deepEqual((await orders.get('api/orders')).body, []);
  });
}

for (const price of ['1e400', 'NaN', '-1e400']) {
  test(`the price ${price} is refused`, async t => {
    const orders = await startOrders(t);
    const body = JSON.stringify(json).replace('19.99', price);

    const response = await orders.post<Problem>('api/orders', {body, headers: {'content-type': 'application/json'}});

    t.is(response.statusCode, 400);
  });
}

test('an order for an unknown user is 400 "User not found"', async t => {
  const orders = await startOrders(t);

  const response = await orders.post<Problem>('api/orders', {json: {...json, userId: newId()}});

  t.is(response.statusCode, 400);
  t.like(response.body, {code: 'unknown_user', error: 'User not found'});
  t.deepEqual((await orders.get('api/orders')).body, []);
});

test('if users is unavailable, a new order is 503 with Retry-After, while replays and reads work', async t => {
  let isUp = true;
  const orders = await startOrders(t, id => {
    if (isUp) return findBuyer(id);
    return Promise.reject(new AppError(usersUnavailable));
  });
  const created = await orders.post<Order>('api/orders', {json, headers: key('k1')});
  isUp = false;

  const refused = await orders.post<Problem>('api/orders', {json, headers: key('k2')});
  const replayed = await orders.post<Order>('api/orders', {json, headers: key('k1')});

  t.deepEqual([refused.statusCode, refused.body.code, refused.headers['retry-after']], [503, 'users_unavailable', '1']);
  t.deepEqual([replayed.statusCode, replayed.body], [201, created.body]);
  t.is((await orders.get('api/orders')).statusCode, 200);
  t.is((await orders.get(`api/orders/${created.body.id}`)).statusCode, 200);
});

test('an order whose deadline passes is 503 and is not stored later', async t => {
  let late = PLACE_WITHIN_MS + 10;
  const orders = await startOrders(t, async id => {
    await wait(late);
    return {id};
  });

  const refused = await orders.post<Problem>('api/orders', {json, headers: key('k1')});
  late = 0;
  const placed = await orders.post<Order>('api/orders', {json, headers: key('k1')});

  t.deepEqual([refused.statusCode, refused.body.code], [503, 'unavailable']);
  // The deadline, and what a busy machine adds.
  t.true((refused.timings?.phases.total ?? Infinity) < PLACE_WITHIN_MS + 1_500);
  t.deepEqual([placed.statusCode, placed.headers['idempotency-replayed']], [201, undefined]);
});

test('50 concurrent requests with one key are one order and 50 equal answers', async t => {
  const orders = await startOrders(t);
  const requests = Array.from({length: 50}, () => orders.post<Order>('api/orders', {json, headers: key('k1')}));

  const responses = await Promise.all(requests);

  const [first] = responses;
  t.true(responses.every(({statusCode}) => statusCode === 201));
  for (const {body, headers} of responses) {
    t.deepEqual(body, first?.body);
    t.is(headers.etag, '"1"');
    t.is(headers.location, `/api/orders/${first?.body.id}`);
  }
  t.is(responses.filter(({headers}) => headers['idempotency-replayed'] === 'true').length, 49);
  t.is((await orders.get<Order[]>('api/orders')).body.length, 1);
});

test('a replay shows the order as created, even after its status changed', async t => {
  const orders = await startOrders(t);
  const created = await orders.post<Order>('api/orders', {json, headers: key('k1')});
  await orders.patch(`api/orders/${created.body.id}`, {json: {status: 'paid'}});

  const replayed = await orders.post<Order>('api/orders', {json, headers: key('k1')});

  t.deepEqual(replayed.body, created.body);
  t.is(replayed.headers.etag, '"1"');
  t.is(replayed.headers['idempotency-replayed'], 'true');
});

test('a key with another body is refused; the same body in another notation is a replay', async t => {
  const orders = await startOrders(t);
  await orders.post('api/orders', {json, headers: key('k1')});
  const {quantity, price, productId} = book;

  const other = await orders.post<Problem>('api/orders', {
    json: {...json, products: [{...book, quantity: 4}]},
    headers: key('k1'),
  });
  const same = await orders.post('api/orders', {
    json: {products: [{price, quantity, productId: ` ${productId} `}], userId: buyer},
    headers: key('k1'),
  });

  t.deepEqual([other.statusCode, other.body.code], [422, 'key_reused']);
  t.deepEqual([same.statusCode, same.headers['idempotency-replayed']], [201, 'true']);
});

test('a malformed key is refused', async t => {
  const orders = await startOrders(t);

  const response = await orders.post<Problem>('api/orders', {json, headers: key('two words')});

  t.is(response.statusCode, 400);
  t.deepEqual(
    response.body.errors?.map(({path}) => path),
    ['idempotency-key'],
  );
});

test('an order goes from pending to delivered, and each change raises its version', async t => {
  const orders = await startOrders(t);
  const {
    body: {id, createdAt},
  } = await orders.post<Order>('api/orders', {json});

  for (const [index, status] of ['paid', 'shipped', 'delivered'].entries()) {
    const moved = await orders.patch<Order>(`api/orders/${id}`, {json: {status}});
    t.deepEqual([moved.statusCode, moved.body.status, moved.headers.etag], [200, status, `"${index + 2}"`]);
    t.true(moved.body.updatedAt >= createdAt);
  }
});

test('an illegal transition is 409; setting the current status is 200 and changes nothing', async t => {
  const orders = await startOrders(t);
  const {
    body: {id},
  } = await orders.post<Order>('api/orders', {json});

  const illegal = await orders.patch<Problem>(`api/orders/${id}`, {json: {status: 'delivered'}});
  const same = await orders.patch<Order>(`api/orders/${id}`, {json: {status: 'pending'}});

  t.deepEqual([illegal.statusCode, illegal.body.code], [409, 'illegal_transition']);
  t.deepEqual([same.statusCode, same.headers.etag], [200, '"1"']);
});

test('of 20 concurrent changes with the same If-Match, one succeeds and 19 are 412', async t => {
  const orders = await startOrders(t);
  const {
    body: {id},
  } = await orders.post<Order>('api/orders', {json});
  const pay = () => orders.patch(`api/orders/${id}`, {json: {status: 'paid'}, headers: {'if-match': '"1"'}});

  const statuses = (await Promise.all(Array.from({length: 20}, pay))).map(({statusCode}) => statusCode);

  t.is(statuses.filter(status => status === 200).length, 1);
  t.is(statuses.filter(status => status === 412).length, 19);
});

for (const status of ['unknown', '', null, {$ne: 'paid'}, ['paid']]) {
  test(`the status ${JSON.stringify(status)} is refused`, async t => {
    const orders = await startOrders(t);
    const {
      body: {id},
    } = await orders.post<Order>('api/orders', {json});

    t.is((await orders.patch(`api/orders/${id}`, {json: {status}})).statusCode, 400);
  });
}

test('orders are listed by user and status, newest first, page by page', async t => {
  const orders = await startOrders(t);
  const ids: string[] = [];
  for (let count = 0; count < 3; count++) ids.push((await orders.post<Order>('api/orders', {json})).body.id);
  await orders.patch(`api/orders/${ids[0]}`, {json: {status: 'paid'}});
  const idsOf = ({body}: {body: Order[]}) => body.map(({id}) => id);

  const first = await orders.get<Order[]>(`api/orders?userId=${buyer}&limit=2`);
  const next = /<\/(.*)>; rel="next"/u.exec(String(first.headers.link))?.[1] ?? '';
  const second = await orders.get<Order[]>(next);
  const paid = await orders.get<Order[]>('api/orders?status=paid');

  t.deepEqual(idsOf(first), [ids[2], ids[1]]);
  t.true(next.includes(`userId=${buyer}`));
  t.deepEqual(idsOf(second), [ids[0]]);
  t.deepEqual(idsOf(paid), [ids[0]]);
});

test('a page of orders ends at 1,000 lines, and the next link leads on', async t => {
  const orders = await startOrders(t);
  const heavy = {userId: buyer, products: Array.from({length: 100}, () => ({...book, productId: 'b'.repeat(64)}))};
  for (let count = 0; count < 12; count++) await orders.post('api/orders', {json: heavy});

  const first = await orders.get<Order[]>('api/orders?limit=200');
  const second = await orders.get<Order[]>(/<\/(.*)>; rel="next"/u.exec(String(first.headers.link))?.[1] ?? '');

  t.is(first.body.length, 10);
  t.is(second.body.length, 2);
  t.is(second.headers.link, undefined);
  t.is(new Set([...first.body, ...second.body].map(({id}) => id)).size, 12);
});

for (const query of [
  'limit=0',
  'userId=nobody',
  'userId[$gt]=',
  'status=lost',
  'status=paid&status=shipped',
  'cursor=AAAA',
  'sort=total',
]) {
  test(`GET /api/orders?${query} is refused`, async t => {
    const orders = await startOrders(t);

    const response = await orders.get<Problem>(`api/orders?${query}`);

    t.deepEqual([response.statusCode, response.body.code], [400, 'invalid']);
  });
}

for (const id of ['6656e1f0a1b2c3d4e5f60718', '6656e1f0a1b2c3d4e5f6071', 'zzzzzzzzzzzzzzzzzzzzzzzz', '__proto__']) {
  test(`the id ${id} is order_not_found`, async t => {
    const orders = await startOrders(t);

    const read = await orders.get<Problem>(`api/orders/${id}`);
    const moved = await orders.patch<Problem>(`api/orders/${id}`, {json: {status: 'paid'}});

    t.deepEqual([read.statusCode, read.body.code], [404, 'order_not_found']);
    t.deepEqual([moved.statusCode, moved.body.code], [404, 'order_not_found']);
  });
}
