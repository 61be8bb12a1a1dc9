import {readFile} from 'node:fs/promises';
import test from 'ava';
import {Ajv2020} from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type {Got, Response} from 'got';
import {tokensOf} from '#platform/auth.ts';
import {newId} from '#platform/ids.ts';
import {createRateLimit} from '#platform/rate-limit.ts';
import {testParts} from '#platform/test/start-app.ts';
import {bearer, createSigner, imposters, keysOf, names, tokenFor} from '#platform/test/tokens.ts';
import {buyer, startOrders} from '../orders/test/fixtures.ts';
import {startUsers} from '../users/test/fixtures.ts';
import {call, idsOf, json, keys, mostly, pages, preconditions, record, type Call} from './requests.ts';

/** Requests for each service; ten times as many find no more on an ordinary day. */
const RUNS = 150;

type Operation = {responses: Record<string, {content?: Record<string, {schema: object}>}>};
type Document = {paths: Record<string, Record<string, Operation>>; components: object};
/** Says what the service's own document does not allow in an answer: its status, its type or its body. */
async function checkerOf(service: string) {
  const document = JSON.parse(await readFile(`services/${service}/openapi.json`, 'utf8')) as Document;
  const ajv = new Ajv2020({strict: false, validateFormats: false});

  return ({method, template}: Call, {statusCode, headers, body}: Response<string>): string | undefined => {
    const answer = document.paths[template]?.[method.toLowerCase()]?.responses[statusCode];
    if (!answer) return `status ${statusCode} is not documented`;
    if (method === 'HEAD' || !answer.content) return body === '' ? undefined : 'a body that is not documented';

    const schema = answer.content[String(headers['content-type']).split(';', 1).join('')]?.schema;
    if (!schema) return `type ${headers['content-type']} is not documented`;
    const isValid = ajv.compile({...schema, components: document.components});
    return isValid(JSON.parse(body)) ? undefined : ajv.errorsText(isValid.errors);
  };
}

const send = (api: Got, {method, path, query, headers, body}: Call): Promise<Response<string>> =>
  api(`${path.slice(1)}${query}`, {method, headers, ...(body !== undefined && {body}), responseType: 'text'});

async function drive(
  api: Got,
  calls: fc.Arbitrary<Call>,
  authorization: fc.Arbitrary<Record<string, string>>,
  problemOf: (call: Call, response: Response<string>) => string | undefined,
) {
  await fc.assert(
    fc.asyncProperty(calls, authorization, async (made, token) => {
      const response = await send(api, {...made, headers: {...made.headers, ...token}});
      const problem =
        response.statusCode >= 500 ? `${response.statusCode}: ${response.body}` : problemOf(made, response);
      if (problem) throw new Error(`${made.method} ${made.path}: ${problem}`);
    }),
    {numRuns: RUNS},
  );
}

const signer = await createSigner();

/** Who calls in token mode: mostly an admin, sometimes a user or somebody whose token is not right. */
async function callers(userId: string) {
  const wrong = await Promise.all(
    imposters.map(async ([, authorizationOf]) => ({authorization: await authorizationOf(signer, userId)})),
  );
  return fc.oneof(
    {weight: 6, arbitrary: fc.constant(bearer(await tokenFor(signer, newId(), 'admin')))},
    {weight: 2, arbitrary: fc.constant(bearer(await tokenFor(signer, userId)))},
    {weight: 1, arbitrary: fc.constantFrom(...wrong, {})},
  );
}

const modes = [
  ['in open mode', testParts],
  [
    'in token mode',
    () => ({
      ...testParts(),
      authenticate: tokensOf(names, keysOf(signer)),
      limits: {address: createRateLimit(30), principal: createRateLimit(60)},
    }),
  ],
] as const;

for (const [mode, parts] of modes) {
  test(`every answer of users ${mode} to good and bad requests is one that its document allows, never a 5xx`, async t => {
    const users = await startUsers(t, parts());
    const {body} = await users.post<{id: string}>('api/users', {
      json: {username: 'ann', email: 'ann@example.com', password: 'correct horse'},
    });
    const newUser = record({
      username: mostly(fc.stringMatching(/^[A-Za-z0-9_.-]{3,32}$/u)),
      email: mostly(fc.emailAddress()),
      password: mostly(fc.string({minLength: 8, maxLength: 128})),
    });
    const login = record({
      email: mostly(fc.constant('ann@example.com')),
      password: mostly(fc.constantFrom('correct horse', 'battery staple')),
    });
    const id = idsOf([body.id]);
    const template = '/api/users/{id}';

    await drive(
      users,
      fc.oneof(
        call({method: 'POST', template: '/api/users', body: json(newUser)}),
        call({method: 'GET', template: '/api/users', query: pages}),
        call({method: 'HEAD', template: '/api/users', query: pages}),
        call({method: 'GET', template, id}),
        call({method: 'HEAD', template, id}),
        call({method: 'PATCH', template, id, headers: preconditions, body: json(newUser)}),
        call({method: 'DELETE', template, id: idsOf(['x'])}),
        call({method: 'POST', template: '/api/sessions', body: json(login)}),
        call({method: 'GET', template: '/.well-known/jwks.json'}),
        call({method: 'HEAD', template: '/.well-known/jwks.json'}),
      ),
      await callers(body.id),
      await checkerOf('users'),
    );

    t.is((await users.get('docs', {responseType: 'text'})).statusCode, 200);
  });

  test(`every answer of orders ${mode} to good and bad requests is one that its document allows, never a 5xx`, async t => {
    const orders = await startOrders(t, undefined, parts());
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
      userId: mostly(fc.constantFrom(buyer, newId(), 'x')),
      products: mostly(fc.array(product, {maxLength: 5})),
    });
    const {body} = await orders.post<{id: string}>('api/orders', {
      json: {userId: buyer, products: [{productId: 'book', quantity: 1, price: 1}]},
      headers: bearer(await tokenFor(signer, buyer)),
    });
    const id = idsOf([body.id]);
    const change = record({
      status: mostly(fc.constantFrom('pending', 'paid', 'shipped', 'delivered', 'cancelled', 'lost')),
    });
    const query = fc.oneof(
      pages,
      fc.constantFrom(`?userId=${buyer}`, '?userId=x', '?status=paid', '?status=lost', '?userId[$ne]=x'),
    );
    const template = '/api/orders/{id}';

    await drive(
      orders,
      fc.oneof(
        call({method: 'POST', template: '/api/orders', headers: keys, body: json(newOrder)}),
        call({method: 'GET', template: '/api/orders', query}),
        call({method: 'HEAD', template: '/api/orders', query}),
        call({method: 'GET', template, id}),
        call({method: 'HEAD', template, id}),
        call({method: 'PATCH', template, id, headers: preconditions, body: json(change)}),
      ),
      await callers(buyer),
      await checkerOf('orders'),
    );

    t.is((await orders.get('docs', {responseType: 'text'})).statusCode, 200);
  });
}
