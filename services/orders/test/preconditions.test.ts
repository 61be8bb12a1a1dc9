import test from 'ava';
import {conditionalMethods, tryPreconditions, verdictsOf} from '#platform/test/preconditions.ts';
import {routes} from '../routes.ts';
import {book, buyer, startOrders} from './fixtures.ts';

const json = {userId: buyer, products: [book]};

for (const method of conditionalMethods(routes)) {
  test.serial(`${method} of an order judges If-Match and If-None-Match`, async t => {
    const orders = await startOrders(t);
    const create = async () => String((await orders.post('api/orders', {json})).headers.location).slice(1);

    const given = await tryPreconditions(orders, method, create, {status: 'paid'});

    t.deepEqual(given, verdictsOf(method));
  });
}

test.serial('setting the status that an order has is refused if a precondition fails', async t => {
  const orders = await startOrders(t);
  const {body} = await orders.post<{id: string}>('api/orders', {json});
  const set = (headers: Record<string, string>) =>
    orders.patch(`api/orders/${body.id}`, {json: {status: 'pending'}, headers});

  t.is((await set({'if-match': '"2"'})).statusCode, 412);
  t.is((await set({'if-none-match': '*'})).statusCode, 412);
  t.is((await set({'if-none-match': '"1"'})).statusCode, 412);
  t.is((await set({'if-none-match': '"2"'})).statusCode, 200);
});
