import {serviceNames} from '../../../tools/services.ts';
import {call, newOrder, readOrder, registration} from '../kube/client.ts';
import {underLoad} from '../kube/load.ts';
import {upgradeAndSettle} from '../kube/release.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';
import type {Call} from '../pods/call.ts';

// Requests are rate-limited per user, and one user sends the whole load here.
const TOKENS = serviceNames.flatMap(name => [`${name}.auth.mode=token`, `${name}.config.REQUESTS_PER_USER=0`]);
const PUBLISHED = [...TOKENS, 'users.auth.keys.published={key-1,key-2}'];
const SIGNING = [...PUBLISHED, 'users.auth.keys.signing=key-2'];

/** A few requests a second are enough to meet a missing key. */
const RATE = 10;

/** Callers without a token are refused, all others get only what is theirs, and rotating the keys fails no request. */
export async function tokens(cluster: Cluster): Promise<string> {
  await upgradeAndSettle(cluster, TOKENS);
  const ann = registration();
  const {body: user} = await call(cluster, ann);
  const userId = user.id ?? '';
  const token = await logIn(cluster, ann.body as Credentials);
  const answers = await callAsEach(cluster, userId, token);

  const report = await underLoad(cluster, {userId, token, rate: RATE}, async () => {
    await upgradeAndSettle(cluster, PUBLISHED);
    await upgradeAndSettle(cluster, SIGNING);
    const next = await logIn(cluster, ann.body as Credentials);
    expect('whether the new token is signed by the old key', keyOf(next) === keyOf(token), false);
    expect(
      'status of an order with the new key',
      (await call(cluster, as(next, newOrder(userId, 'new-key')))).status,
      201,
    );
  });
  expect(`failed while keys were rotated, of ${report.sent} requests`, report.failures, '');
  return `${answers} of ${answers} answers depend on the caller as documented; keys rotated in two upgrades under load, 0 of ${report.sent} requests failed`;
}

type Credentials = {email: string; password: string};

async function logIn(cluster: Cluster, {email, password}: Credentials): Promise<string> {
  const {status, body} = await call(cluster, {
    method: 'POST',
    url: 'http://users/api/sessions',
    body: {email, password},
  });
  expect('status of a login', status, 201);
  return body.accessToken ?? '';
}

const as = (token: string, request: Call): Call => ({
  ...request,
  headers: {...request.headers, authorization: `Bearer ${token}`},
});

const keyOf = (token: string): unknown =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as {kid: unknown}).kid;

/** Calls the API as different callers. Returns the number of answers. */
async function callAsEach(cluster: Cluster, userId: string, token: string): Promise<number> {
  const other = registration();
  await call(cluster, other);
  const others = await logIn(cluster, other.body as Credentials);
  const admin = await logIn(cluster, await adminOf(cluster));

  const placed = await call(cluster, as(token, newOrder(userId, 'by-token')));
  const order = readOrder(placed.body.id ?? '');
  const pay: Call = {...order, method: 'PATCH', body: {status: 'paid'}};
  const statuses = [
    placed.status,
    (await call(cluster, order)).status,
    (await call(cluster, as(others, order))).status,
    (await call(cluster, as(token, pay))).status,
    (await call(cluster, as(admin, pay))).status,
  ];
  expect(
    'placed, read without a token, read by another user, paid by its owner, paid by the admin',
    statuses,
    [201, 401, 404, 403, 200],
  );
  return statuses.length;
}

async function adminOf(cluster: Cluster): Promise<Credentials> {
  const {data} = await getJson<{data: Record<string, string>}>(cluster, 'secret/users-auth');
  const textOf = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  return {email: textOf('admin-email'), password: textOf('admin-password')};
}
