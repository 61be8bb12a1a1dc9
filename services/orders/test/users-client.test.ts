import type {RequestListener} from 'node:http';
import type {Socket} from 'node:net';
import test from 'ava';
import {answering, found, silent, startTcpServer} from '#platform/calls/test/start-neighbour.ts';
import {AppError} from '#platform/errors.ts';
import {newId} from '#platform/ids.ts';
import type {FindUser} from '../orders.ts';
import {findUserAt, notFound, startUsersServer} from './users-server.ts';

const id = newId();
const unremembered = {USERS_CACHE_FRESH_MS: 0, USERS_CACHE_STALE_MS: 0};
const newIds = (length: number) => Array.from({length}, newId);

/** The error of a check, if it is `users_unavailable`; otherwise undefined. */
async function unavailable(check: ReturnType<FindUser>): Promise<AppError | undefined> {
  try {
    await check;
  } catch (error) {
    if (error instanceof AppError && error.kind.code === 'users_unavailable') return error;
  }
  return undefined;
}

test('an existing user is found with one HEAD request', async t => {
  const {findUser, requests} = await startUsersServer(t);

  t.deepEqual(await findUser(id), {id});
  t.deepEqual(
    requests.map(({method, url}) => [method, url]),
    [['HEAD', `/api/users/${id}`]],
  );
});

test('an unknown user is undefined', async t => {
  const {findUser} = await startUsersServer(t, notFound);

  t.is(await findUser(id), undefined);
});

for (const [status, code] of [
  [401, 'unauthorized'],
  [403, 'forbidden'],
] as const) {
  test(`if users answers ${code}, the caller is unauthorized, and users does not count as unavailable`, async t => {
    const users = await startUsersServer(t, answering(status, {'x-problem-code': code}));

    const error = await t.throwsAsync(users.findUser(id, 'abc.def.ghi'), {instanceOf: AppError});

    t.is(error?.kind.code, 'unauthorized');
    t.is(await users.metric('neighbour_lookup_duration_seconds_count', {outcome: 'refused'}), 1);
    t.is(await users.metric('neighbour_lookup_duration_seconds_count', {outcome: 'unavailable'}), 0);
  });
}

const tooOften = answering(429, {'x-problem-code': 'too_many_requests', 'retry-after': '7'});

test('if the caller has asked users too often, it is told when to retry, and users does not count as unavailable', async t => {
  const users = await startUsersServer(t, tooOften);

  const error = await t.throwsAsync(users.findUser(id, 'abc.def.ghi'), {instanceOf: AppError});

  t.like(error?.kind, {code: 'too_many_requests', status: 429, retryAfter: 7});
  t.is(await users.metric('neighbour_lookup_duration_seconds_count', {outcome: 'refused'}), 1);
  t.is(await users.metric('neighbour_lookup_duration_seconds_count', {outcome: 'unavailable'}), 0);
});

for (const [what, answer] of [
  ['a 404 without X-Problem-Code', answering(404)],
  ['a 404 with another code', answering(404, {'x-problem-code': 'not_found'})],
  ['a 500 with the code user_not_found', answering(500, {'x-problem-code': 'user_not_found'})],
  ['a 503', answering(503)],
  ['a 401 without X-Problem-Code', answering(401)],
  ['a 403 without X-Problem-Code', answering(403)],
  ['a 429 without X-Problem-Code', answering(429)],
  ['a redirect', answering(302, {location: '/elsewhere'})],
  ['a 204', answering(204)],
] as [string, RequestListener][]) {
  test(`${what} means that users is unavailable`, async t => {
    const {findUser} = await startUsersServer(t, answer);

    const error = await unavailable(findUser(id));

    t.is(error?.kind.retryAfter, 1);
  });
}

for (const [what, listener] of [
  ['no answer', () => undefined],
  ['a connection reset', socket => socket.resetAndDestroy()],
  ['a closed connection', socket => socket.destroy()],
  ['an answer that is not HTTP', socket => socket.end('nonsense\r\n\r\n')],
  ['half a response head', socket => socket.write('HTTP/1.1 200 OK\r\nX-Half: ')],
] as [string, (socket: Socket) => void][]) {
  test(`${what} means that users is unavailable`, async t => {
    const findUser = findUserAt(await startTcpServer(t, listener));

    t.truthy(await unavailable(findUser(id)));
  });
}

for (const url of ['http://127.0.0.1:1', 'http://users.invalid']) {
  test(`no server at ${url} means that users is unavailable`, async t => {
    t.truthy(await unavailable(findUserAt(url)(id)));
  });
}

test("the caller's token, if any, is passed on to users", async t => {
  const {findUser, requests} = await startUsersServer(t);

  await findUser(id);
  await findUser(id, 'one');
  await Promise.all([findUser(id, 'another'), findUser(id, 'third')]);

  t.deepEqual(
    requests.map(({headers}) => headers.authorization),
    [undefined, 'Bearer one', 'Bearer another', 'Bearer third'],
  );
});

for (const [what, answer] of [
  ['is frozen', silent],
  ['answers 500', answering(500)],
  ['answers 404 without X-Problem-Code', answering(404)],
] as [string, RequestListener][]) {
  test(`if users ${what}, a cached user is found, and for any other user it is unavailable`, async t => {
    const users = await startUsersServer(t, found, {USERS_CACHE_FRESH_MS: 0, USERS_ATTEMPT_MS: 1_000});
    await users.findUser(id);

    users.answer = answer;

    t.deepEqual(await users.findUser(id), {id});
    t.truthy(await unavailable(users.findUser(newId())));
    t.is(await users.metric('neighbour_lookup_cache_total', {result: 'stale'}), 1);
  });
}

test('if the caller has asked users too often, a cached user is found', async t => {
  const users = await startUsersServer(t, found, {USERS_CACHE_FRESH_MS: 0});
  await users.findUser(id, 'token');

  users.answer = tooOften;

  t.deepEqual(await users.findUser(id, 'token'), {id});
});

test('if users refuses the caller, a cached user is not served', async t => {
  const users = await startUsersServer(t, found, {USERS_CACHE_FRESH_MS: 0});
  await users.findUser(id, 'token');

  users.answer = answering(401, {'x-problem-code': 'unauthorized'});

  const error = await t.throwsAsync(users.findUser(id, 'token'), {instanceOf: AppError});
  t.is(error?.kind.code, 'unauthorized');
});

for (const [what, answer] of [
  ['a 404 from users', notFound],
  ['a 404 from another server', answering(404)],
  ['a 401', answering(401)],
  ['a 403', answering(403)],
  ['a 429', tooOften],
] as [string, RequestListener][]) {
  test(`${what} does not open the breaker`, async t => {
    const users = await startUsersServer(t, answer, unremembered);

    for (const id of newIds(20)) await users.findUser(id).catch(() => undefined);

    t.is(users.requests.length, 20);
    t.is(await users.metric('neighbour_lookup_breaker_state', {state: 'closed'}), 1);
  });
}

/** Answers a lookup of several users with this body, and any other request like `single`. */
const lookup =
  (body: string, single: RequestListener = found): RequestListener =>
  (request, response) =>
    request.method === 'POST' ? void response.end(body) : single(request, response);

test('users that are looked up at once are found by one request', async t => {
  const [one, other, nobody] = newIds(3) as [string, string, string];
  const {findUser, requests} = await startUsersServer(t, lookup(JSON.stringify({ids: [other, one]})));

  t.deepEqual(await Promise.all([findUser(one), findUser(other), findUser(nobody)]), [
    {id: one},
    {id: other},
    undefined,
  ]);
  t.deepEqual(
    requests.map(({method, url}) => [method, url]),
    [['POST', '/api/user-lookups']],
  );
});

for (const [what, body] of [
  ['is not JSON', '{'],
  ['lists no ids', '{}'],
  ['lists an id that was not asked for', JSON.stringify({ids: [newId()]})],
] as const) {
  test(`an answer about several users that ${what} means that users is unavailable`, async t => {
    const {findUser} = await startUsersServer(t, lookup(body));

    const [one, other] = await Promise.all(newIds(2).map(id => unavailable(findUser(id))));
    t.truthy(one);
    t.truthy(other);
  });
}

test('a version of users that cannot look up several is asked for each', async t => {
  const unable: RequestListener = (_request, response) =>
    response.writeHead(404, {'x-problem-code': 'not_found'}).end();
  const {findUser, requests} = await startUsersServer(t, (request, response) =>
    (request.method === 'POST' ? unable : found)(request, response),
  );
  const ids = newIds(2);

  t.deepEqual(
    await Promise.all(ids.map(id => findUser(id))),
    ids.map(id => ({id})),
  );
  t.deepEqual(
    requests.map(({method}) => method),
    ['POST', 'HEAD', 'HEAD'],
  );
});
