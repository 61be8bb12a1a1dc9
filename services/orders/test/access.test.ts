import test from 'ava';
import type {Got, Response} from 'got';
import {noLimits} from '#platform/access.ts';
import {verifyTokens} from '#platform/auth.ts';
import {newId} from '#platform/ids.ts';
import {createRateLimit} from '#platform/rate-limit.ts';
import {testParts} from '#platform/test/start-app.ts';
import {bearer, createSigner, imposters, keysOf, names, tokenFor} from '#platform/test/tokens.ts';
import {routes} from '../routes.ts';
import {book, startOrders} from './fixtures.ts';

type Order = {id: string; userId: string};
type Body = Order & Order[] & {code: string};
type Headers = {authorization: string};

const signer = await createSigner();
const parts = () => ({...testParts(), authenticate: verifyTokens(names, keysOf(signer))});
const [owner, another, admin] = [newId(), newId(), newId()];

const products = [book];
const place = (api: Got, headers: Headers, json: object = {products}) => api.post<Body>('api/orders', {json, headers});
const list = (api: Got, headers: Headers, query = '') => api.get<Body>(`api/orders${query}`, {headers});

/** The answer to each caller: a status, or a problem code. */
type Answers = {owner: number | string; another: number | string; admin: number | string};
type Call = (api: Got, headers: Headers, orderId: string) => Promise<Response>;

const move =
  (status: string): Call =>
  (api, headers, id) =>
    api.patch<Body>(`api/orders/${id}`, {json: {status}, headers});

// Users see their own orders; those of others are not found. Only an admin may do more.
const table: [route: string, what: string, call: Call, answers: Answers][] = [
  [
    'placeOrder',
    'an order for the owner',
    (api, headers) => place(api, headers, {userId: owner, products}),
    {owner: 201, another: 'forbidden', admin: 201},
  ],
  [
    'placeOrder',
    'an order without a userId',
    (api, headers) => place(api, headers),
    {owner: 201, another: 201, admin: 201},
  ],
  ['listOrders', 'the list', (api, headers) => list(api, headers), {owner: 200, another: 200, admin: 200}],
  [
    'listOrders',
    "the owner's list",
    (api, headers) => list(api, headers, `?userId=${owner}`),
    {owner: 200, another: 'order_not_found', admin: 200},
  ],
  [
    'getOrder',
    'the order',
    (api, headers, id) => api.get<Body>(`api/orders/${id}`, {headers}),
    {owner: 200, another: 'order_not_found', admin: 200},
  ],
  [
    'getOrder',
    'the order by HEAD',
    (api, headers, id) => api.head(`api/orders/${id}`, {headers, responseType: 'text'}),
    {owner: 200, another: 'order_not_found', admin: 200},
  ],
  [
    'getOrder',
    'an order that does not exist',
    (api, headers) => api.get<Body>(`api/orders/${newId()}`, {headers}),
    {owner: 'order_not_found', another: 'order_not_found', admin: 'order_not_found'},
  ],
  ['changeStatus', 'its cancellation', move('cancelled'), {owner: 200, another: 'order_not_found', admin: 200}],
  ['changeStatus', 'its payment', move('paid'), {owner: 'forbidden', another: 'forbidden', admin: 200}],
  ['changeStatus', 'its status pending', move('pending'), {owner: 'forbidden', another: 'forbidden', admin: 200}],
];

const answerOf = ({statusCode, headers}: Response) => headers['x-problem-code'] ?? statusCode;

for (const [, what, call, answers] of table) {
  test.serial(`${what} is answered by role: ${JSON.stringify(answers)}`, async t => {
    const orders = await startOrders(t, id => Promise.resolve({id}), parts());
    const owners = bearer(await tokenFor(signer, owner));
    const callers = {
      owner: owners,
      another: bearer(await tokenFor(signer, another)),
      admin: bearer(await tokenFor(signer, admin, 'admin')),
    };

    const given: Record<string, unknown> = {};
    for (const [who, headers] of Object.entries(callers)) {
      const {body} = await place(orders, owners);
      given[who] = answerOf(await call(orders, headers, body.id));
    }

    t.deepEqual(given, answers);
  });

  test.serial(`without a valid token nobody gets ${what}, and nothing changes`, async t => {
    const orders = await startOrders(t, id => Promise.resolve({id}), parts());
    const admins = bearer(await tokenFor(signer, admin, 'admin'));
    const {body} = await place(orders, bearer(await tokenFor(signer, owner)));
    const before = (await list(orders, admins)).body;

    const given: Record<string, unknown> = {};
    for (const [who, authorizationOf] of imposters) {
      const authorization = await authorizationOf(signer, owner);
      given[who] = answerOf(await call(orders, {authorization}, body.id));
    }

    t.deepEqual(given, Object.fromEntries(imposters.map(([who]) => [who, 'unauthorized'])));
    t.deepEqual((await list(orders, admins)).body, before);
  });
}

test('every route is in the table', t => {
  const listed = new Set(table.map(([route]) => route));

  t.deepEqual([...listed].toSorted(), routes.map(({id}) => id).toSorted());
});

test.serial('users see their own orders in the list, an admin sees all', async t => {
  const orders = await startOrders(t, id => Promise.resolve({id}), parts());
  const [owners, others] = [bearer(await tokenFor(signer, owner)), bearer(await tokenFor(signer, another))];
  await place(orders, owners);
  await place(orders, others);
  const buyersOf = ({body}: Response<Body>) => body.map(({userId}) => userId);

  t.deepEqual(buyersOf(await list(orders, owners)), [owner]);
  t.deepEqual(buyersOf(await list(orders, owners, '?limit=1')), [owner]);
  t.deepEqual(buyersOf(await list(orders, others)), [another]);
  t.deepEqual(buyersOf(await list(orders, bearer(await tokenFor(signer, admin, 'admin')))), [another, owner]);
});

test.serial('every user and admin has a rate limit per minute over all calls', async t => {
  const limits = {...noLimits, principal: createRateLimit(3)};
  const orders = await startOrders(t, id => Promise.resolve({id}), {...parts(), limits});
  const calls = [
    (headers: Headers) => place(orders, headers),
    (headers: Headers) => list(orders, headers),
    (headers: Headers) => orders.get<Body>(`api/orders/${newId()}`, {headers}),
    (headers: Headers) => orders.patch<Body>(`api/orders/${newId()}`, {json: {status: 'cancelled'}, headers}),
  ];
  const statusesOf = async (headers: Headers) => {
    const statuses: number[] = [];
    for (const call of calls) statuses.push((await call(headers)).statusCode);
    return statuses;
  };

  t.deepEqual(await statusesOf(bearer(await tokenFor(signer, owner))), [201, 200, 404, 429]);
  t.deepEqual(await statusesOf(bearer(await tokenFor(signer, admin, 'admin'))), [201, 200, 404, 429]);
});

test.serial('the API documentation needs no token', async t => {
  const orders = await startOrders(t, undefined, parts());

  t.is((await orders.get('openapi.json')).statusCode, 200);
  t.is((await orders.get('docs', {responseType: 'text'})).statusCode, 200);
});
