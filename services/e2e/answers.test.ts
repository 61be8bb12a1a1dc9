import test from 'ava';
import fc from 'fast-check';
import type {Got} from 'got';
import {book, buyer, startOrders} from '../orders/test/fixtures.ts';
import {ann, startUsers} from '../users/test/fixtures.ts';
import {judgeOf, send, type Judge} from './answers.ts';
import {ordersCalls, usersCalls} from './calls.ts';
import type {Call} from './requests.ts';

/** Requests for each service; `npm run fuzz` sends thousands. */
const RUNS = 300;

async function drive(api: Got, calls: fc.Arbitrary<Call>, faultOf: Judge) {
  await fc.assert(
    fc.asyncProperty(calls, async made => {
      const fault = faultOf(made, await send(api, made));
      if (fault) throw new Error(`${made.method} ${made.path}: ${fault}`);
    }),
    {numRuns: RUNS},
  );
}

test('every answer of users to good and bad requests is one that its document allows, never a 5xx', async t => {
  const users = await startUsers(t);
  const {body} = await users.post<{id: string}>('api/users', {json: ann});

  await drive(users, usersCalls(body.id), await judgeOf('users'));

  t.is((await users.get('api/users')).statusCode, 200);
});

test('every answer of orders to good and bad requests is one that its document allows, never a 5xx', async t => {
  const orders = await startOrders(t);
  const {body} = await orders.post<{id: string}>('api/orders', {json: {userId: buyer, products: [book]}});

  await drive(orders, ordersCalls(body.id, buyer), await judgeOf('orders'));

  t.is((await orders.get('api/orders')).statusCode, 200);
});
