import assert from 'node:assert/strict';
import {setTimeout as wait} from 'node:timers/promises';

const {USERS_URL, ORDERS_URL, AUTH} = process.env;
const always = {'content-type': 'application/json'};
const call = (target, method, body, headers = {}) =>
  fetch(target, {
    method,
    headers: {...always, ...headers},
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });

// NetworkPolicies admit a new pod only after a moment.
for (const target of [`${USERS_URL}/api/users`, `${ORDERS_URL}/api/orders`]) {
  for (let tries = 0; ; tries++) {
    const reached = await call(target, 'HEAD').catch(error => (tries < 60 ? undefined : Promise.reject(error)));
    if (reached) break;
    await wait(500);
  }
}

const name = `test-${Date.now()}`;
const credentials = {email: `${name}@example.com`, password: crypto.randomUUID()};
const user = await call(`${USERS_URL}/api/users`, 'POST', {username: name, ...credentials});
assert.equal(user.status, 201, 'a user is registered');
const {id: userId} = await user.json();

if (AUTH === 'token') {
  assert.equal((await call(`${ORDERS_URL}/api/orders`, 'GET')).status, 401, 'nobody lists orders without a token');
  const session = await call(`${USERS_URL}/api/sessions`, 'POST', credentials);
  assert.equal(session.status, 201, 'the user logs in');
  always.authorization = `Bearer ${(await session.json()).accessToken}`;
}

const products = [{productId: 'book', quantity: 3, price: 19.99}];
const place = buyer => call(`${ORDERS_URL}/api/orders`, 'POST', {userId: buyer, products}, {'idempotency-key': name});
const placed = await place(userId);
assert.equal(placed.status, 201, 'an order of a real user is taken');
const order = await placed.json();
assert.equal(order.total, 59.97, 'its total is exact');

const again = await place(userId);
assert.equal((await again.json()).id, order.id, 'the same idempotency key returns the same order');
const move = status => call(`${ORDERS_URL}/api/orders/${order.id}`, 'PATCH', {status});
// In token mode, only an admin can mark an order paid, and nobody can order for another user.
assert.equal((await move('paid')).status, AUTH === 'token' ? 403 : 200, 'only an admin may mark the order paid');
assert.equal((await move('cancelled')).status, 200, 'the order is cancelled');

const unknown = await place('000000000000000000000000');
const refusal = AUTH === 'token' ? 'forbidden' : 'unknown_user';
assert.equal(unknown.headers.get('x-problem-code'), refusal, 'an order of an unknown user is refused');
await call(`${USERS_URL}/api/users/${userId}`, 'DELETE');
console.log('orders: took, replayed and cancelled an order, and refused one of an unknown user');
