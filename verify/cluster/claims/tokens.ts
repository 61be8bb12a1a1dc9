import {call, newOrder, readOrder, registration} from '../kube/client.ts';
import {underLoad} from '../kube/load.ts';
import {upgradeAndSettle} from '../kube/release.ts';
import {getJson, type Stage} from '../kube/stage.ts';
import {expect} from '../../lib/until.ts';
import type {Call} from '../pods/call.ts';

// Rates are limited per user, and here one user sends the whole load.
const TOKENS = ['users.auth.mode=token', 'orders.auth.mode=token', 'orders.config.REQUESTS_PER_USER=0'];
const PUBLISHED = [...TOKENS, 'users.auth.keys.published={key-1,key-2}'];
const SIGNING = [...PUBLISHED, 'users.auth.keys.signing=key-2'];

/** A few requests a second are enough to meet a key that is not there. */
const RATE = 10;

/** Who has no token is kept out, everybody gets what is theirs, and an exchange of keys fails no request. */
export async function tokens(stage: Stage): Promise<string> {
  await upgradeAndSettle(stage, TOKENS);
  const ann = registration();
  const {body: user} = await call(stage, ann);
  const userId = user.id ?? '';
  const token = await logIn(stage, ann.body as Credentials);
  const answers = await walk(stage, userId, token);

  const report = await underLoad(stage, {userId, token, rate: RATE}, async () => {
    await upgradeAndSettle(stage, PUBLISHED);
    await upgradeAndSettle(stage, SIGNING);
    const next = await logIn(stage, ann.body as Credentials);
    expect('the keys of two tokens are one', keyOf(next) === keyOf(token), false);
    expect('an order with the new key', (await call(stage, as(next, newOrder(userId, 'new-key')))).status, 201);
  });
  expect(`failed while keys were exchanged, of ${report.posts + report.gets} requests`, report.kinds, {});
  return `${answers} of ${answers} answers by who asks; keys exchanged in two upgrades under load: 0 of ${report.posts + report.gets} requests failed`;
}

type Credentials = {email: string; password: string};

async function logIn(stage: Stage, {email, password}: Credentials): Promise<string> {
  const {status, body} = await call(stage, {method: 'POST', url: 'http://users/api/sessions', body: {email, password}});
  expect('logging in', status, 201);
  return body.accessToken ?? '';
}

const as = (token: string, request: Call): Call => ({
  ...request,
  headers: {...request.headers, authorization: `Bearer ${token}`},
});

const keyOf = (token: string): unknown =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as {kid: unknown}).kid;

/** The README's walk, and the number of its answers. */
async function walk(stage: Stage, userId: string, token: string): Promise<number> {
  const other = registration();
  await call(stage, other);
  const others = await logIn(stage, other.body as Credentials);
  const admin = await logIn(stage, await adminOf(stage));

  const placed = await call(stage, as(token, newOrder(userId, 'by-token')));
  const order = readOrder(placed.body.id ?? '');
  const pay: Call = {...order, method: 'PATCH', body: {status: 'paid'}};
  const statuses = [
    placed.status,
    (await call(stage, order)).status,
    (await call(stage, as(others, order))).status,
    (await call(stage, as(token, pay))).status,
    (await call(stage, as(admin, pay))).status,
  ];
  expect(
    'placed, read by nobody, read by another, paid by its owner, paid by the admin',
    statuses,
    [201, 401, 404, 403, 200],
  );
  return statuses.length;
}

async function adminOf(stage: Stage): Promise<Credentials> {
  const {data} = await getJson<{data: Record<string, string>}>(stage, 'secret/users-auth');
  const textOf = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  return {email: textOf('admin-email'), password: textOf('admin-password')};
}
