import type {Edit} from '../edits.ts';

/** The tests of the API. */
export const routesTests: Edit[] = [
  {from: 'import {setTimeout as wait}', to: 'import test'},
  {replace: "import {PLACE_WITHIN_MS} from '../orders.ts';\n", by: ''},
  {replace: 'findBuyer, startOrders', by: 'startOrders'},
  {
    from: 'type Order = {',
    to: 'type Problem',
    by: 'type Order = {\n  userId: string;\n  products: unknown[];\n  total: number;\n};\n',
  },
  {from: 'const key =', to: '\ntest('},
  {
    from: "test('a new order can be read",
    to: 'for (const [what, body, path] of [',
    by: `test('an order is answered with its total, and cannot be read afterwards', async t => {
  const orders = await startOrders(t);

  const answer = await orders.post<Order>('api/orders', {json});

  t.is(answer.statusCode, 200);
  t.deepEqual(answer.body, {...json, total: 59.97});
  t.is(answer.headers.location, undefined);
  t.is((await orders.get('api/orders')).statusCode, 405);
});

`,
  },
  {replace: 'is refused, and nothing is stored`', by: 'is refused`'},
  {all: /\n *t\.deepEqual\(\(await orders\.get\('api\/orders'\)\)\.body, \[\]\);/gu, by: ''},
  {
    from: "test('if users is unavailable, a new order",
    by: `test('if users is unavailable, an order is 503 with Retry-After', async t => {
  const orders = await startOrders(t, () => Promise.reject(new AppError(usersUnavailable)));

  const {statusCode, body, headers} = await orders.post<Problem>('api/orders', {json});

  t.deepEqual([statusCode, body.code, headers['retry-after']], [503, 'users_unavailable', '1']);
});
`,
  },
];
