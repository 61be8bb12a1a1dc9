import fc from 'fast-check';
import {newId} from '#platform/ids.ts';
import {call, idsOf, json, keys, mostly, pages, preconditions, record, type Call} from './requests.ts';

/** Calls of every endpoint of users, which holds a user with this id. */
export function usersCalls(known: string): fc.Arbitrary<Call> {
  const newUser = record({
    username: mostly(fc.stringMatching(/^[A-Za-z0-9_.-]{3,32}$/u)),
    email: mostly(fc.oneof(fc.stringMatching(/^[a-z0-9]{1,20}@[a-z]{2,10}\.example$/u), fc.emailAddress())),
    password: mostly(fc.string({minLength: 8, maxLength: 128})),
  });
  const change = record({
    username: mostly(fc.stringMatching(/^[A-Za-z0-9_.-]{3,32}$/u)),
    password: mostly(fc.constantFrom('correct horse', 'battery staple')),
    currentPassword: mostly(fc.constantFrom('correct horse', 'battery staple')),
  });
  const login = record({
    email: mostly(fc.constant('ann@example.com')),
    password: mostly(fc.constantFrom('correct horse', 'battery staple')),
  });
  const [id, template] = [idsOf([known]), '/api/users/{id}'];

  return fc.oneof(
    call({method: 'POST', template: '/api/users', body: json(newUser)}),
    call({method: 'GET', template: '/api/users', query: pages}),
    call({method: 'HEAD', template: '/api/users', query: pages}),
    call({method: 'GET', template, id, headers: preconditions}),
    call({method: 'HEAD', template, id, headers: preconditions}),
    call({method: 'PATCH', template, id, headers: preconditions, body: json(fc.oneof(newUser, change))}),
    call({method: 'DELETE', template, id: idsOf(['x']), headers: preconditions}),
    call({method: 'POST', template: '/api/sessions', body: json(login)}),
    call({method: 'GET', template: '/.well-known/jwks.json'}),
    call({method: 'HEAD', template: '/.well-known/jwks.json'}),
  );
}

/** Calls of every endpoint of orders, which holds an order of this buyer with this id. */
export function ordersCalls(known: string, buyer: string): fc.Arbitrary<Call> {
  const product = record({
    productId: mostly(fc.string({minLength: 1, maxLength: 64})),
    quantity: mostly(fc.integer({min: 1, max: 10_000})),
    price: mostly(
      fc.oneof(
        fc.nat({max: 100_000_000}).map(cents => cents / 100),
        fc.constantFrom(0.001, -1, 1e6 + 0.01),
      ),
    ),
  });
  const newOrder = record({
    userId: mostly(fc.constantFrom(buyer, buyer, buyer, newId(), 'x')),
    products: mostly(fc.array(product, {maxLength: 3})),
  });
  const change = record({
    status: mostly(fc.constantFrom('pending', 'paid', 'shipped', 'delivered', 'cancelled', 'lost')),
  });
  const query = fc.oneof(
    pages,
    fc.constantFrom(`?userId=${buyer}`, '?userId=x', '?status=paid', '?status=lost', '?userId[$ne]=x'),
  );
  const [id, template] = [idsOf([known]), '/api/orders/{id}'];

  return fc.oneof(
    call({method: 'POST', template: '/api/orders', headers: keys, body: json(newOrder)}),
    call({method: 'GET', template: '/api/orders', query}),
    call({method: 'HEAD', template: '/api/orders', query}),
    call({method: 'GET', template, id, headers: preconditions}),
    call({method: 'HEAD', template, id, headers: preconditions}),
    call({method: 'PATCH', template, id, headers: preconditions, body: json(change)}),
  );
}
