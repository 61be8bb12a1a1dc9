import type {RequestListener} from 'node:http';
import test, {type ExecutionContext} from 'ava';
import {Registry} from 'prom-client';
import * as z from 'zod';
import {newContext, runInContext} from '../../context.ts';
import {withDeadline} from '../../deadline.ts';
import {newId} from '../../ids.ts';
import {Refused} from '../lookup.ts';
import {createLookup, type Neighbour} from '../neighbour.ts';
import {neighbourSettings, settingsOf, type NeighbourSettings} from '../settings.ts';
import {answering, found, resetting, silent, startNeighbour, startTcpServer} from './start-neighbour.ts';

const id = newId();
const uncached = {CACHE_FRESH_MS: 0, CACHE_STALE_MS: 0};
const newIds = (length: number) => Array.from({length}, newId);
const notFound = answering(404, {'x-problem-code': 'thing_not_found'});

/** Times that no busy machine exceeds, for tests that are not about time. */
const patient = {CONNECT_MS: 10_000, ATTEMPT_MS: 10_000, CHECK_MS: 10_000};

const readThing: Neighbour<{id: string}>['read'] = ({statusCode, headers}, id) => {
  if (statusCode === 200) return {found: {id}};
  return headers['x-problem-code'] === 'thing_not_found' ? 'not_found' : 'unexpected';
};

/** The way to things at this address, with a neighbour's own defaults unless told otherwise. */
function findAt(url: string, changes: Partial<NeighbourSettings> = {}, registry = new Registry()) {
  const config = z.object(neighbourSettings('things')).parse({THINGS_URL: url});
  const lookup = createLookup(
    {
      from: 'tests',
      to: 'things',
      span: 'find thing',
      settings: {...settingsOf('things', config), ...changes},
      request: id => ({method: 'HEAD', path: `api/things/${id}`}),
      read: readThing,
    },
    registry,
  );
  return (id: string, token?: string) => lookup({id, token});
}

/** A server in things' place, and the way to it. */
async function startThings(t: ExecutionContext, answer = found, changes: Partial<NeighbourSettings> = {}) {
  const things = await startNeighbour(t, answer);
  return Object.assign(things, {find: findAt(things.url, {...patient, ...changes}, things.registry)});
}

/** The error of a lookup that must not succeed, nor say "not found". */
async function unavailable(lookup: Promise<unknown>): Promise<unknown> {
  try {
    await lookup;
  } catch (error) {
    if (!(error instanceof Refused)) return error;
  }
  return undefined;
}

const failTen = (find: (id: string) => Promise<unknown>) => Promise.all(newIds(10).map(id => unavailable(find(id))));

for (const [what, settings, message] of [
  ['one attempt takes no longer than it may', {ATTEMPT_MS: 50}, /awaiting 'request' for 50ms/u],
  ['the whole check takes no longer than it may', {CHECK_MS: 50}, /no answer within 50 ms|aborted/u],
] as const) {
  test(what, async t => {
    const find = findAt(await startTcpServer(t, () => undefined), settings);

    const error = await unavailable(find(id));

    t.regex(String(error), message);
  });
}

test('a check takes no longer than its order has left, and takes nothing from another that shares its call', async t => {
  const things = await startThings(t);
  const {reached, release} = things.hold(1);
  const hurried = withDeadline(50, () => things.find(id));
  const patient = things.find(id);
  await reached;

  const error = await unavailable(hurried);
  release();

  t.regex(String(error), /no answer within \d{1,2} ms/u);
  t.deepEqual(await patient, {id});
  t.is(things.requests.length, 1);
});

test('connections are kept and used again', async t => {
  const {find, requests} = await startThings(t);

  for (const id of newIds(5)) await find(id);

  t.is(new Set(requests.map(({socket}) => socket)).size, 1);
});

test('the trace and the id of the request are passed on', async t => {
  const {find, requests} = await startThings(t);
  const context = newContext('', 'abc');

  await runInContext(context, () => find(id));

  t.like(requests[0]?.headers, {'x-request-id': 'abc', traceparent: `00-${context.traceId}-${context.spanId}-00`});
});

test.serial('1,000 checks of one user in a second are at most two calls to users', async t => {
  const {find, requests} = await startThings(t);

  for (let wave = 0; wave < 20; wave++) await Promise.all(Array.from({length: 50}, () => find(id)));

  t.true(requests.length <= 2);
});

test.serial('1,000 checks of one user at once are one call, of an unknown one two', async t => {
  const things = await startThings(t, found, uncached);
  await Promise.all(Array.from({length: 1_000}, () => things.find(id)));
  t.is(things.requests.length, 1);
  t.is(await things.metric('neighbour_lookup_coalesced_total'), 999);

  things.answer = notFound;
  await Promise.all(Array.from({length: 1_000}, () => things.find(id)));

  t.is(things.requests.length, 3);
});

for (const [what, fault] of [
  ['502', answering(502)],
  ['503', answering(503)],
  ['504', answering(504)],
  ['reset', resetting],
  ['closed connection', ({socket}) => socket.destroy()],
] as [string, RequestListener][]) {
  test(`a ${what} is asked again, once`, async t => {
    const things = await startThings(t, found, uncached);
    for (const id of newIds(20)) await things.find(id);
    const faults = [fault];
    things.answer = (...exchange) => (faults.shift() ?? found)(...exchange);

    t.deepEqual(await things.find(id), {id});
    t.is(things.requests.length, 22);

    faults.push(fault, fault);
    t.truthy(await unavailable(things.find(id)));
    t.is(things.requests.length, 24);
    t.is(await things.metric('neighbour_lookup_retries_total', {outcome: 'done'}), 2);
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
    const things = await startThings(t, found, {...uncached, ATTEMPT_MS: 1_000});
    for (const id of newIds(20)) await things.find(id);
    things.answer = answer;

    t.truthy(await unavailable(things.find(id)));

    t.is(things.requests.length, 21);
  });
}

test.serial(
  'of 500 checks of which a third meets a 503, no more than a tenth is asked again, and never but by HEAD',
  async t => {
    const things = await startThings(t, found, uncached);
    things.answer = (...exchange) => (things.requests.length % 3 === 0 ? answering(503) : found)(...exchange);

    for (const id of newIds(500)) await things.find(id).catch(() => undefined);

    t.true(things.requests.length > 540);
    t.true(things.requests.length <= 550);
    t.true(Number(await things.metric('neighbour_lookup_retries_total', {outcome: 'no_budget'})) > 0);
    t.deepEqual(new Set(things.requests.map(({method}) => method)), new Set(['HEAD']));
  },
);

test.serial('128 checks at once are made or wait, 64 at a time, and the next are refused at once', async t => {
  const things = await startThings(t);
  const {reached, release} = things.hold(64);
  const accepted = newIds(128).map(id => things.find(id));

  for (const id of newIds(20)) t.regex(String(await unavailable(things.find(id))), /capacity exceeded/u);
  await reached;
  t.is(things.requests.length, 64);
  t.is(await things.metric('neighbour_lookups', {state: 'running'}), 64);
  t.is(await things.metric('neighbour_lookups', {state: 'waiting'}), 64);
  t.is(await things.metric('neighbour_lookup_rejected_total'), 20);

  release();
  t.is((await Promise.all(accepted)).length, 128);
  t.is(things.requests.length, 128);
  t.is(await things.metric('neighbour_lookup_breaker_state', {state: 'closed'}), 1);
});

test.serial(
  'once the breaker is open, checks fail without a call, and who is known is found without a wait',
  async t => {
    const things = await startThings(t, found, {CACHE_FRESH_MS: 0});
    await things.find(id);
    things.answer = answering(500);
    await failTen(things.find);
    const {length: asked} = things.requests;
    things.answer = silent;
    const start = performance.now();

    for (const id of newIds(20)) t.regex(String(await unavailable(things.find(id))), /breaker is open/u);
    t.deepEqual(await things.find(id), {id});
    const ms = performance.now() - start;

    t.log(`21 checks in ${ms.toFixed(0)} ms`);
    t.true(ms < 21 * 50);
    t.is(things.requests.length, asked);
    t.is(await things.metric('neighbour_lookup_breaker_state', {state: 'open'}), 1);
    t.is(await things.metric('neighbour_lookup_breaker_state', {state: 'closed'}), 0);
  },
);

test('when users is back, one check finds out while all others fail at once, then all are made', async t => {
  const things = await startThings(t, answering(500), uncached);
  await failTen(things.find);
  const {length: asked} = things.requests;
  things.answer = found;
  const {reached, release} = things.hold(1);

  const timer = setInterval(() => void unavailable(things.find(id)), 50);
  await reached;
  clearInterval(timer);
  for (const id of newIds(50)) t.truthy(await unavailable(things.find(id)));
  t.is(things.requests.length, asked + 1);
  t.is(await things.metric('neighbour_lookup_breaker_state', {state: 'half_open'}), 1);

  release();
  t.deepEqual(await things.find(id), {id});
  for (const id of newIds(5)) t.deepEqual(await things.find(id), {id});
  t.is(await things.metric('neighbour_lookup_breaker_state', {state: 'closed'}), 1);
});
