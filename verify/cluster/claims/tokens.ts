import {as, authSecret, logIn, TOKENS, type Credentials} from '../kube/auth.ts';
import {call, newOrder, readOrder, registration} from '../kube/client.ts';
import {underLoad} from '../kube/load.ts';
import {upgradeAndSettle} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';
import type {Call} from '../pods/call.ts';

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

const keyOf = (token: string): unknown =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as {kid: unknown}).kid;

/** Calls the API as different callers. Returns the number of answers. */
async function callAsEach(cluster: Cluster, userId: string, token: string): Promise<number> {
  const other = registration();
  await call(cluster, other);
  const others = await logIn(cluster, other.body as Credentials);
  const admin = await logIn(cluster, (await authSecret(cluster)).admin);

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
