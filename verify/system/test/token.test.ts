import {setTimeout as wait} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import type {Got} from 'got';
import {decodeJwt} from 'jose';
import {bearer, createSigner, tokenFor, type Signer} from '#platform/test/tokens.ts';
import {ann, ben} from '../../../services/users/test/fixtures.ts';
import {startSystem} from '../start-system.ts';

type Body = {id: string; userId: string; status: string; code: string; accessToken: string};

const root = {email: 'root@example.com', password: 'correct battery'};
const products = [{productId: 'book', quantity: 3, price: 19.99}];

const startWithTokens = (t: ExecutionContext, signer: Signer) =>
  startSystem(
    t,
    {AUTH: 'token'},
    {AUTH: 'token', AUTH_KEYS: signer.pem, ADMIN_EMAIL: root.email, ADMIN_PASSWORD: root.password},
  );

async function logIn(users: Got, {email, password}: {email: string; password: string}) {
  const {body} = await users.post<Body>('api/sessions', {json: {email, password}});
  return bearer(body.accessToken);
}

async function register(users: Got, user: typeof ann) {
  const {body} = await users.post<Body>('api/users', {json: user});
  return {id: body.id, headers: await logIn(users, user)};
}

const place = (orders: Got, headers: object) =>
  orders.post<Body>('api/orders', {json: {products}, headers: {...headers}});

test('with tokens, a user places and cancels an order, only the admin marks it paid, and other users cannot see it', async t => {
  const {users, orders} = await startWithTokens(t, await createSigner());
  const [owner, other] = [await register(users.api, ann), await register(users.api, ben)];
  const admin = await logIn(users.api, root);
  const move = (status: string, headers: object, id: string) =>
    orders.api.patch<Body>(`api/orders/${id}`, {json: {status}, headers: {...headers}});

  const unknown = await place(orders.api, {});
  const placed = await place(orders.api, owner.headers);
  const {id} = placed.body;
  const seen = await orders.api.get<Body>(`api/orders/${id}`, {headers: other.headers});
  const refused = await move('paid', owner.headers, id);
  const paid = await move('paid', admin, id);
  const cancelled = await move('cancelled', owner.headers, id);
  const forOther = await orders.api.post<Body>('api/orders', {json: {userId: other.id, products}, headers: admin});

  t.deepEqual([unknown.statusCode, unknown.body.code], [401, 'unauthorized']);
  t.deepEqual([placed.statusCode, placed.body.userId], [201, owner.id]);
  t.deepEqual([seen.statusCode, seen.body.code], [404, 'order_not_found']);
  t.deepEqual([refused.statusCode, refused.body.code], [403, 'forbidden']);
  t.deepEqual([paid.statusCode, cancelled.statusCode], [200, 200]);
  t.deepEqual([forOther.statusCode, forOther.body.userId], [201, other.id]);
});

test('after the admin has changed its e-mail and its password, a restart does not bring the initial ones back', async t => {
  const {users} = await startWithTokens(t, await createSigner());
  const own = {email: 'moved@example.com', password: 'battery staple'};
  const admin = await logIn(users.api, root);
  const {sub = ''} = decodeJwt(admin.authorization.replace('Bearer ', ''));
  const changed = await users.api.patch(`api/users/${sub}`, {
    json: {...own, currentPassword: root.password},
    headers: admin,
  });

  await users.kill();
  await users.start();
  const [initial, current] = [
    await users.api.post<Body>('api/sessions', {json: root}),
    await users.api.post<Body>('api/sessions', {json: own}),
  ];

  t.deepEqual([changed.statusCode, initial.statusCode, current.statusCode], [200, 401, 201]);
});

test('a deleted user cannot order with a token that has not expired', async t => {
  const {users, orders} = await startWithTokens(t, await createSigner());
  const {id, headers} = await register(users.api, ann);
  await users.api.delete(`api/users/${id}`, {headers, responseType: 'text'});

  const response = await place(orders.api, headers);

  t.deepEqual([response.statusCode, response.body.code], [400, 'unknown_user']);
});

test('while users is down, orders verifies tokens, and accepts orders of cached buyers only', async t => {
  const {users, orders} = await startWithTokens(t, await createSigner());
  const {headers} = await register(users.api, ann);
  const stranger = await register(users.api, {...ann, username: 'ben', email: 'ben@example.com'});
  await place(orders.api, headers);
  await users.kill();

  const list = await orders.api.get('api/orders', {headers});
  const unknown = await orders.api.get('api/orders', {headers: bearer('abc.def.ghi')});
  const placed = await place(orders.api, headers);
  const refused = await place(orders.api, stranger.headers);

  t.deepEqual([list.statusCode, unknown.statusCode, placed.statusCode], [200, 401, 201]);
  t.deepEqual([refused.statusCode, refused.body.code], [503, 'users_unavailable']);
});

/** Waits until the service accepts this token: it learns of a published key within five seconds. */
async function untilAccepted(api: Got, token: string) {
  while ((await api.get('api/orders', {headers: bearer(token)})).statusCode === 401) await wait(100);
}

test('signing keys rotate in two steps, and no token is refused meanwhile', async t => {
  const [old, next] = [await createSigner(), await createSigner()];
  const {users, orders} = await startWithTokens(t, old);
  const {id, headers} = await register(users.api, ann);
  const restartWith = async (keys: Signer[]) => {
    await users.kill();
    await users.start({AUTH_KEYS: keys.map(({pem}) => pem).join('')});
  };
  const answers: number[] = [];
  const use = async () => {
    for (const token of [headers, await logIn(users.api, ann)]) {
      const {statusCode} = await place(orders.api, token);
      answers.push(statusCode);
    }
  };

  await restartWith([old, next]);
  await use();
  await untilAccepted(orders.api, await tokenFor(next, id));
  await restartWith([next, old]);
  await use();

  t.deepEqual(answers, Array(4).fill(201));
});
