import test from 'ava';
import fc from 'fast-check';
import type {Got} from 'got';
import {noLimits} from '#platform/access.ts';
import {verifyTokens} from '#platform/auth.ts';
import {createRateLimit} from '#platform/rate-limit.ts';
import {testParts} from '#platform/test/start-app.ts';
import {bearer, createSigner, keysOf, names, tokenFor} from '#platform/test/tokens.ts';
import {book, buyer, startOrders} from '../../../../services/orders/test/fixtures.ts';
import {ann, startUsers} from '../../../../services/users/test/fixtures.ts';
import {judgeOf, send, type Judge} from '../answers.ts';
import {callersOf, mixed, type Headers} from '../callers.ts';
import {ordersCalls, usersCalls} from '../calls.ts';
import type {Call} from '../requests.ts';

/** Requests for each service and mode; `npm run fuzz` sends thousands. */
const RUNS = 150;

async function drive(api: Got, calls: fc.Arbitrary<Call>, authorization: fc.Arbitrary<Headers>, faultOf: Judge) {
  await fc.assert(
    fc.asyncProperty(calls, authorization, async (made, token) => {
      const fault = faultOf(made, await send(api, {...made, headers: {...made.headers, ...token}}));
      if (fault) throw new Error(`${made.method} ${made.path}: ${fault}`);
    }),
    {numRuns: RUNS},
  );
}

const signer = await createSigner();

const callers = async (userId: string) => mixed(await callersOf(signer, userId));

const modes = [
  ['in open mode', testParts],
  [
    'in token mode',
    () => ({
      ...testParts(),
      authenticate: verifyTokens(names, keysOf(signer)),
      limits: {...noLimits, address: createRateLimit(30), principal: createRateLimit(60)},
    }),
  ],
] as const;

for (const [mode, parts] of modes) {
  test(`users ${mode} answers good and bad requests as its OpenAPI document says, never with a 5xx`, async t => {
    const users = await startUsers(t, parts());
    const {body} = await users.post<{id: string}>('api/users', {json: ann});

    await drive(users, usersCalls(body.id), await callers(body.id), await judgeOf('users'));

    t.is((await users.get('docs', {responseType: 'text'})).statusCode, 200);
  });

  test(`orders ${mode} answers good and bad requests as its OpenAPI document says, never with a 5xx`, async t => {
    const orders = await startOrders(t, undefined, parts());
    const headers = bearer(await tokenFor(signer, buyer));
    const {body} = await orders.post<{id: string}>('api/orders', {json: {userId: buyer, products: [book]}, headers});

    await drive(orders, ordersCalls(body.id, buyer), await callers(buyer), await judgeOf('orders'));

    t.is((await orders.get('docs', {responseType: 'text'})).statusCode, 200);
  });
}
