import test, {type ExecutionContext} from 'ava';
import * as z from 'zod';
import {noLimits, type Access, type Guarded} from '../access.ts';
import {createClientOf} from '../address.ts';
import {openToAll, verifyTokens, type Principal} from '../auth.ts';
import {createHttpApp} from '../http.ts';
import {Id, newId} from '../ids.ts';
import {openApiDocument} from '../openapi.ts';
import {createRateLimit} from '../rate-limit.ts';
import {routesFor} from '../router.ts';
import {startApp, testParts} from './start-app.ts';
import {bearer, createSigner, imposters, keysOf, names, tokenFor} from './tokens.ts';

const route = routesFor<undefined>();
const absent = {code: 'thing_not_found', status: 404, title: 'Thing not found', detail: 'No thing has this id.'};
const accesses = ['anyone', 'user', 'self', 'admin'] as const satisfies Access[];
const thing = (id: string, guarded: Guarded) =>
  route({
    id,
    summary: id,
    method: 'post',
    path: `/${id}/:id`,
    ...guarded,
    input: {params: z.strictObject({id: Id}), body: z.strictObject({})},
    status: 200,
    answer: z.object({id: z.string(), role: z.string()}),
    absent,
    problems: [],
    handle: (_ctx, _input, _deps, caller) => Promise.resolve(caller),
  });
const routes = [
  ...accesses.map(access => thing(access, {access})),
  thing('limited', {access: 'anyone', limitedBy: 'address'}),
];
const document = openApiDocument({title: 'Things', description: 'For tests.'}, routes);

const signer = await createSigner();
const [self, another] = [newId(), newId()];

const start = (t: ExecutionContext, authenticate = verifyTokens(names, keysOf(signer))) =>
  startApp(t, createHttpApp({...testParts(), authenticate}, document, routes, undefined));

const callers: [who: string, headers: {authorization?: string}, answers: Record<Access, string>][] = [
  ['a caller without a token', {}, {anyone: 'ok', user: 'unauthorized', self: 'unauthorized', admin: 'unauthorized'}],
  [
    'another user',
    bearer(await tokenFor(signer, another)),
    {anyone: 'ok', user: 'ok', self: 'thing_not_found', admin: 'forbidden'},
  ],
  ['the user itself', bearer(await tokenFor(signer, self)), {anyone: 'ok', user: 'ok', self: 'ok', admin: 'forbidden'}],
  ['an admin', bearer(await tokenFor(signer, newId(), 'admin')), {anyone: 'ok', user: 'ok', self: 'ok', admin: 'ok'}],
];

for (const access of accesses) {
  for (const [who, headers, answers] of callers) {
    test(`a route for access "${access}" answers ${who} with ${answers[access]}`, async t => {
      const things = await start(t);

      const {statusCode, body} = await things.post<{code: string}>(`${access}/${self}`, {json: {}, headers});

      t.is(statusCode === 200 ? 'ok' : body.code, answers[access]);
    });
  }

  test(`with AUTH=open, a route for access "${access}" needs no token`, async t => {
    const things = await start(t, openToAll);

    t.is((await things.post(`${access}/${self}`, {json: {}})).statusCode, 200);
  });
}

test('a route handler gets its caller', async t => {
  const things = await start(t);
  const headers = bearer(await tokenFor(signer, another));
  const callerOf = async (access: Access) =>
    (await things.post<Principal>(`${access}/${self}`, {json: {}, headers})).body;

  t.deepEqual(await callerOf('user'), {id: another, role: 'user'});
  t.deepEqual(await callerOf('anyone'), {id: '', role: 'user'});
});

for (const [who, authorizationOf] of imposters) {
  test(`${who} is answered 401 with a challenge that says whether there was a token`, async t => {
    const things = await start(t);
    const authorization = await authorizationOf(signer, self);

    const response = await things.post<{code: string}>(`self/${self}`, {json: {}, headers: {authorization}});

    t.deepEqual([response.statusCode, response.body.code], [401, 'unauthorized']);
    const hasToken = /^Bearer +\S/u.test(authorization);
    t.is(response.headers['www-authenticate'], `Bearer realm="api"${hasToken ? ', error="invalid_token"' : ''}`);
  });
}

test('a caller without access does not learn whether the rest of the request was valid', async t => {
  const things = await start(t);
  const send = (headers = {}) => things.post<{code: string}>('self/x', {body: '{', headers});

  t.is((await send()).body.code, 'unauthorized');
  t.is((await send(bearer(await tokenFor(signer, another)))).body.code, 'thing_not_found');
});

for (const [what, trustedProxies, forwarded, client] of [
  ['without a trusted proxy, X-Forwarded-For is ignored', 0, '10.0.0.7', '127.0.0.1'],
  ['with one trusted proxy, the address that it appends is used', 1, '10.0.0.7', '10.0.0.7'],
  ['with one trusted proxy, the entries that the client sent are ignored', 1, '10.9.9.9, 10.0.0.7', '10.0.0.7'],
  [
    'with two trusted proxies, the address that the outer one appends is used',
    2,
    '10.9.9.9, 10.0.0.7, 10.1.1.1',
    '10.0.0.7',
  ],
  ['with one trusted proxy, a client that bypasses it counts by its socket address', 1, '', '127.0.0.1'],
  ['with one trusted proxy, an entry that is not an address counts by the socket', 1, 'a'.repeat(4_000), '127.0.0.1'],
  ['with one trusted proxy, an entry "unknown" counts by the socket', 1, '10.9.9.9, unknown', '127.0.0.1'],
  ['with one trusted proxy, the port that it appends is ignored', 1, '203.0.113.9:5000', '203.0.113.9'],
  ['with one trusted proxy, the port of an IPv6 address is ignored', 1, '[2001:db8::1]:40000', '2001:db8:0:0'],
  ['with one trusted proxy, an IPv4 address in IPv6 is that address', 1, '::ffff:c633:6408', '198.51.100.8'],
] as const) {
  test(what, async t => {
    const counted: string[] = [];
    const limits = {...noLimits, address: (key: string) => void counted.push(key)};
    const app = createHttpApp(
      {...testParts(), limits, clientOf: createClientOf(trustedProxies)},
      document,
      routes,
      undefined,
    );
    const things = await startApp(t, app);

    await things.post(`limited/${self}`, {json: {}, headers: {'x-forwarded-for': forwarded}});

    t.deepEqual(counted, [client]);
  });
}

test('the addresses of an IPv6 network (/56) have a limit together', async t => {
  const limits = {...noLimits, address: createRateLimit(10), network: createRateLimit(2)};
  const app = createHttpApp({...testParts(), limits, clientOf: createClientOf(1)}, document, routes, undefined);
  const things = await startApp(t, app);
  const callFrom = async (address: string) =>
    (await things.post(`limited/${self}`, {json: {}, headers: {'x-forwarded-for': address}})).statusCode;

  const addresses = ['2001:db8:0:1::1', '2001:db8:0:2::1', '2001:db8:0:3::1', '2001:db8:0:100::1', '10.0.0.7'];
  const statuses = [];
  for (const address of addresses) statuses.push(await callFrom(address));
  t.deepEqual(statuses, [200, 200, 429, 200, 200]);
});

test('a caller over the rate limit gets 429 with Retry-After', async t => {
  const limits = {...noLimits, address: createRateLimit(2)};
  const things = await startApp(t, createHttpApp({...testParts(), limits}, document, routes, undefined));
  const call = () => things.post<{code: string}>(`limited/${self}`, {json: {}});

  const [first, second, third] = [await call(), await call(), await call()];

  t.deepEqual([first.statusCode, second.statusCode], [200, 200]);
  t.deepEqual([third.statusCode, third.body.code, third.headers['retry-after']], [429, 'too_many_requests', '30']);
});

for (const [access, counted] of [
  ['anyone', []],
  ['user', ['self', 'another', 'admin']],
  ['self', ['self', 'another', 'admin']],
  ['admin', ['self', 'another', 'admin']],
] as const) {
  test(`a route for access "${access}" counts toward the limits of ${counted.join(', ') || 'nobody'}, also if it refuses the call`, async t => {
    const admin = newId();
    const ids: Record<string, string> = {self, another, admin};
    const calls: string[] = [];
    const limits = {...noLimits, principal: (key: string) => void calls.push(key)};
    const authenticate = verifyTokens(names, keysOf(signer));
    const app = createHttpApp({...testParts(), authenticate, limits}, document, routes, undefined);
    const things = await startApp(t, app);

    for (const [who, id] of Object.entries(ids)) {
      const headers = bearer(await tokenFor(signer, id, who === 'admin' ? 'admin' : 'user'));
      await things.post(`${access}/${self}`, {json: {}, headers});
    }
    await things.post(`${access}/${self}`, {json: {}, headers: bearer('no.such.token')});

    t.deepEqual(
      calls,
      counted.map(who => ids[who]),
    );
  });
}

test('no answer repeats the token', async t => {
  const things = await start(t);
  const token = await tokenFor(signer, another);

  const response = await things.post(`self/${self}`, {json: {}, headers: bearer(token), responseType: 'text'});

  t.false(JSON.stringify([response.headers, response.body]).includes(token));
});

test('the document says which calls need a token, and what they answer without one', t => {
  const operations = accesses.map(access => document.paths?.[`/${access}/{id}`]?.['post'] as Record<string, object>);
  const statuses = operations.map(({responses = {}}) => ['401', '403', '429'].filter(status => status in responses));

  t.deepEqual(
    operations.map(({security}) => security),
    [[], [{bearer: []}], [{bearer: []}], [{bearer: []}]],
  );
  t.deepEqual(statuses, [[], ['401', '429'], ['401', '429'], ['401', '403', '429']]);
});
