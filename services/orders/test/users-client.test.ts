import type {RequestListener} from 'node:http';
import type {Socket} from 'node:net';
import test from 'ava';
import {newContext, runInContext} from '#platform/context.ts';
import {withDeadline} from '#platform/deadline.ts';
import {AppError} from '#platform/errors.ts';
import {newId} from '#platform/ids.ts';
import type {FindUser} from '../orders.ts';
import {
  answering,
  findUserAt,
  findUserOverTcp,
  found,
  notFound,
  resetting,
  silent,
  startUsersServer,
} from './users-server.ts';

const id = newId();
const unremembered = {USERS_CACHE_FRESH_MS: 0, USERS_CACHE_STALE_MS: 0};
const newIds = (length: number) => Array.from({length}, newId);

/** The error of a check that must not succeed, nor say "not found". */
async function unavailable(check: ReturnType<FindUser>): Promise<AppError | undefined> {
  try {
    await check;
  } catch (error) {
    if (error instanceof AppError && error.kind.code === 'users_unavailable') return error;
  }
  return undefined;
}

const failTen = (findUser: FindUser) => Promise.all(newIds(10).map(id => unavailable(findUser(id))));

test('a user that users knows is found by one HEAD', async t => {
  const {findUser, requests} = await startUsersServer(t);

  t.deepEqual(await findUser(id), {id});
  t.deepEqual(
    requests.map(({method, url}) => [method, url]),
    [['HEAD', `/api/users/${id}`]],
  );
});

test('a user that users does not know is undefined', async t => {
  const {findUser} = await startUsersServer(t, notFound);

  t.is(await findUser(id), undefined);
});

for (const [status, code] of [
  [401, 'unauthorized'],
  [403, 'forbidden'],
] as const) {
  test(`a caller to whom users says ${code} is unauthorized here, and users is not counted as away`, async t => {
    const users = await startUsersServer(t, answering(status, {'x-problem-code': code}));

    const error = await t.throwsAsync(users.findUser(id, 'abc.def.ghi'), {instanceOf: AppError});

    t.is(error?.kind.code, 'unauthorized');
    t.is(await users.metric('users_check_duration_seconds_count', {outcome: 'refused'}), 1);
    t.is(await users.metric('users_check_duration_seconds_count', {outcome: 'unavailable'}), 0);
  });
}

for (const [what, answer] of [
  ['a 404 without our header', answering(404)],
  ['a 404 with another code', answering(404, {'x-problem-code': 'not_found'})],
  ['our header on a 500', answering(500, {'x-problem-code': 'user_not_found'})],
  ['a 503', answering(503)],
  ['a 401 without our header', answering(401)],
  ['a 403 without our header', answering(403)],
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
  ['silence', () => undefined],
  ['a reset', socket => socket.resetAndDestroy()],
  ['a close', socket => socket.destroy()],
  ['nonsense', socket => socket.end('nonsense\r\n\r\n')],
  ['half a head', socket => socket.write('HTTP/1.1 200 OK\r\nX-Half: ')],
] as [string, (socket: Socket) => void][]) {
  test(`${what} means that users is unavailable`, async t => {
    const findUser = await findUserOverTcp(t, listener);

    t.truthy(await unavailable(findUser(id)));
  });
}

for (const url of ['http://127.0.0.1:1', 'http://users.invalid']) {
  test(`nobody at ${url} means that users is unavailable`, async t => {
    t.truthy(await unavailable(findUserAt(url)(id)));
  });
}

for (const [what, settings, message] of [
  ['one attempt takes no longer than it may', {USERS_ATTEMPT_MS: 50}, /awaiting 'request' for 50ms/u],
  ['the whole check takes no longer than it may', {USERS_CHECK_MS: 50}, /no answer within 50 ms|aborted/u],
] as const) {
  test(what, async t => {
    const findUser = await findUserOverTcp(t, () => undefined, settings);

    const error = await unavailable(findUser(id));

    t.regex(String(error?.cause), message);
  });
}

test('a check takes no longer than its order has left, and takes nothing from another that shares its call', async t => {
  const users = await startUsersServer(t);
  const {reached, release} = users.hold(1);
  const hurried = withDeadline(50, () => users.findUser(id));
  const patient = users.findUser(id);
  await reached;

  const error = await unavailable(hurried);
  release();

  t.regex(String(error?.cause), /no answer within \d{1,2} ms/u);
  t.deepEqual(await patient, {id});
  t.is(users.requests.length, 1);
});

test('connections are kept and used again', async t => {
  const {findUser, requests} = await startUsersServer(t);

  for (const id of newIds(5)) await findUser(id);

  t.is(new Set(requests.map(({socket}) => socket)).size, 1);
});

test('the trace and the id of the request are passed on', async t => {
  const {findUser, requests} = await startUsersServer(t);
  const context = newContext('', 'abc');

  await runInContext(context, () => findUser(id));

  t.like(requests[0]?.headers, {'x-request-id': 'abc', traceparent: `00-${context.traceId}-${context.spanId}-00`});
});

test("users is asked with the caller's token, when there is one", async t => {
  const {findUser, requests} = await startUsersServer(t);

  await findUser(id);
  await findUser(id, 'one');
  await Promise.all([findUser(id, 'another'), findUser(id, 'third')]);

  t.deepEqual(
    requests.map(({headers}) => headers.authorization),
    [undefined, 'Bearer one', 'Bearer another', 'Bearer third'],
  );
});

test.serial('1,000 checks of one user in a second are at most two calls to users', async t => {
  const {findUser, requests} = await startUsersServer(t);

  for (let wave = 0; wave < 20; wave++) await Promise.all(Array.from({length: 50}, () => findUser(id)));

  t.true(requests.length <= 2);
});

test.serial('1,000 checks of one user at once are one call, of an unknown one two', async t => {
  const users = await startUsersServer(t, found, unremembered);
  await Promise.all(Array.from({length: 1_000}, () => users.findUser(id)));
  t.is(users.requests.length, 1);
  t.is(await users.metric('users_check_coalesced_total'), 999);

  users.answer = notFound;
  await Promise.all(Array.from({length: 1_000}, () => users.findUser(id)));

  t.is(users.requests.length, 3);
});

for (const [what, answer] of [
  ['is frozen', silent],
  ['answers 500', answering(500)],
  ['answers 404 as nobody of ours does', answering(404)],
] as [string, RequestListener][]) {
  test(`when users ${what}, a user that was known is found, and any other is not "not found"`, async t => {
    const users = await startUsersServer(t, found, {USERS_CACHE_FRESH_MS: 0, USERS_ATTEMPT_MS: 1_000});
    await users.findUser(id);

    users.answer = answer;

    t.deepEqual(await users.findUser(id), {id});
    t.truthy(await unavailable(users.findUser(newId())));
    t.is(await users.metric('users_check_cache_total', {result: 'stale'}), 1);
  });
}

test('when users refuses the caller, a user that was known is not found from memory', async t => {
  const users = await startUsersServer(t, found, {USERS_CACHE_FRESH_MS: 0});
  await users.findUser(id, 'token');

  users.answer = answering(401, {'x-problem-code': 'unauthorized'});

  const error = await t.throwsAsync(users.findUser(id, 'token'), {instanceOf: AppError});
  t.is(error?.kind.code, 'unauthorized');
});

for (const [what, fault] of [
  ['502', answering(502)],
  ['503', answering(503)],
  ['504', answering(504)],
  ['reset', resetting],
  ['closed connection', ({socket}) => socket.destroy()],
] as [string, RequestListener][]) {
  test(`a ${what} is asked again, once`, async t => {
    const users = await startUsersServer(t, found, unremembered);
    for (const id of newIds(20)) await users.findUser(id);
    const faults = [fault];
    users.answer = (...exchange) => (faults.shift() ?? found)(...exchange);

    t.deepEqual(await users.findUser(id), {id});
    t.is(users.requests.length, 22);

    faults.push(fault, fault);
    t.truthy(await unavailable(users.findUser(id)));
    t.is(users.requests.length, 24);
    t.is(await users.metric('users_check_retries_total', {outcome: 'done'}), 2);
  });
}

for (const [what, answer] of [
  ['a 500', answering(500)],
  ['a 401', answering(401)],
  ['a 403', answering(403)],
  ['a 404', answering(404)],
  ['an attempt that took too long', silent],
] as [string, RequestListener][]) {
  test(`${what} is not asked again`, async t => {
    const users = await startUsersServer(t, found, {...unremembered, USERS_ATTEMPT_MS: 1_000});
    for (const id of newIds(20)) await users.findUser(id);
    users.answer = answer;

    t.truthy(await unavailable(users.findUser(id)));

    t.is(users.requests.length, 21);
  });
}

test.serial(
  'of 500 checks of which a third meets a 503, no more than a tenth is asked again, and never but by HEAD',
  async t => {
    const users = await startUsersServer(t, found, unremembered);
    users.answer = (...exchange) => (users.requests.length % 3 === 0 ? answering(503) : found)(...exchange);

    for (const id of newIds(500)) await users.findUser(id).catch(() => undefined);

    t.true(users.requests.length > 540);
    t.true(users.requests.length <= 550);
    t.true(Number(await users.metric('users_check_retries_total', {outcome: 'no_budget'})) > 0);
    t.deepEqual(new Set(users.requests.map(({method}) => method)), new Set(['HEAD']));
  },
);

test.serial('128 checks at once are made or wait, 64 at a time, and the next are refused at once', async t => {
  const users = await startUsersServer(t);
  const {reached, release} = users.hold(64);
  const accepted = newIds(128).map(id => users.findUser(id));

  for (const id of newIds(20)) t.regex(String((await unavailable(users.findUser(id)))?.cause), /capacity exceeded/u);
  await reached;
  t.is(users.requests.length, 64);
  t.is(await users.metric('users_checks', {state: 'running'}), 64);
  t.is(await users.metric('users_checks', {state: 'waiting'}), 64);
  t.is(await users.metric('users_check_rejected_total'), 20);

  release();
  t.is((await Promise.all(accepted)).length, 128);
  t.is(users.requests.length, 128);
  t.is(await users.metric('users_check_breaker_state', {state: 'closed'}), 1);
});

test.serial(
  'once the breaker is open, checks fail without a call, and who is known is found without a wait',
  async t => {
    const users = await startUsersServer(t, found, {USERS_CACHE_FRESH_MS: 0});
    await users.findUser(id);
    users.answer = answering(500);
    await failTen(users.findUser);
    const {length: asked} = users.requests;
    users.answer = silent;
    const start = performance.now();

    for (const id of newIds(20)) t.regex(String((await unavailable(users.findUser(id)))?.cause), /breaker is open/u);
    t.deepEqual(await users.findUser(id), {id});
    const ms = performance.now() - start;

    t.log(`21 checks in ${ms.toFixed(0)} ms`);
    t.true(ms < 21 * 50);
    t.is(users.requests.length, asked);
    t.is(await users.metric('users_check_breaker_state', {state: 'open'}), 1);
    t.is(await users.metric('users_check_breaker_state', {state: 'closed'}), 0);
  },
);

test('when users is back, one check finds out while all others fail at once, then all are made', async t => {
  const users = await startUsersServer(t, answering(500), unremembered);
  await failTen(users.findUser);
  const {length: asked} = users.requests;
  users.answer = found;
  const {reached, release} = users.hold(1);

  const timer = setInterval(() => void unavailable(users.findUser(id)), 50);
  await reached;
  clearInterval(timer);
  for (const id of newIds(50)) t.truthy(await unavailable(users.findUser(id)));
  t.is(users.requests.length, asked + 1);
  t.is(await users.metric('users_check_breaker_state', {state: 'half_open'}), 1);

  release();
  t.deepEqual(await users.findUser(id), {id});
  for (const id of newIds(5)) t.deepEqual(await users.findUser(id), {id});
  t.is(await users.metric('users_check_breaker_state', {state: 'closed'}), 1);
});

for (const [what, answer] of [
  ['a 404 of users', notFound],
  ['a 404 of somebody else', answering(404)],
  ['a 401', answering(401)],
  ['a 403', answering(403)],
] as [string, RequestListener][]) {
  test(`${what} does not open the breaker`, async t => {
    const users = await startUsersServer(t, answer, unremembered);

    for (const id of newIds(20)) await users.findUser(id).catch(() => undefined);

    t.is(users.requests.length, 20);
    t.is(await users.metric('users_check_breaker_state', {state: 'closed'}), 1);
  });
}
