import test from 'ava';
import {conditionalCalls, preconditions} from '#platform/test/preconditions.ts';
import {routes} from '../routes.ts';
import {book, buyer, startOrders} from './fixtures.ts';

for (const {method, status} of conditionalCalls(routes)) {
  for (const [headers, read, write] of preconditions) {
    const verdict = method === 'get' || method === 'head' ? read : write;

    test(`${method} of an order at "1" with ${JSON.stringify(headers)} is ${verdict}`, async t => {
      const orders = await startOrders(t);
      const {body: order} = await orders.post<{id: string}>('api/orders', {json: {userId: buyer, products: [book]}});
      const path = `api/orders/${order.id}`;
      const json = method === 'patch' ? {json: {status: 'paid'}} : {};

      const response = await orders(path, {method, headers, ...json, responseType: 'text'});

      t.is(response.statusCode, verdict === 'served' ? status : verdict);
      if (verdict === 304) t.deepEqual([response.headers.etag, response.rawBody.length], ['"1"', 0]);
      if (verdict === 412) t.is(response.headers['x-problem-code'], 'changed');
      if (verdict !== 'served') {
        const after = await orders.get(path);
        t.deepEqual([after.body, after.headers.etag], [order, '"1"']);
      }
    });
  }
}

test('setting the status that an order has is refused if a precondition fails', async t => {
  const orders = await startOrders(t);
  const {body} = await orders.post<{id: string}>('api/orders', {json: {userId: buyer, products: [book]}});
  const set = (headers: Record<string, string>) =>
    orders.patch(`api/orders/${body.id}`, {json: {status: 'pending'}, headers});

  t.is((await set({'if-match': '"2"'})).statusCode, 412);
  t.is((await set({'if-none-match': '*'})).statusCode, 412);
  t.is((await set({'if-none-match': '"1"'})).statusCode, 412);
  t.is((await set({'if-none-match': '"2"'})).statusCode, 200);
});
