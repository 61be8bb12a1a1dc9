import type {RequestListener} from 'node:http';
import {setTimeout as wait} from 'node:timers/promises';
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

/** Timeouts that even a busy machine does not reach, for tests that are not about time. */
const patient = {CONNECT_MS: 10_000, ATTEMPT_MS: 10_000, CHECK_MS: 10_000};

const readThing: Neighbour<{id: string}>['read'] = ({statusCode, headers}, id) => {
  if (statusCode === 200) return {found: {id}};
  return headers['x-problem-code'] === 'thing_not_found' ? 'not_found' : 'unexpected';
};

/** A lookup at this URL, with the default settings of a neighbour and these changes. */
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

/** A fake neighbour called things, and a lookup there. */
async function startThings(t: ExecutionContext, answer = found, changes: Partial<NeighbourSettings> = {}) {
  const things = await startNeighbour(t, answer);
  return Object.assign(things, {find: findAt(things.url, {...patient, ...changes}, things.registry)});
}

/** The error of a lookup; undefined if it succeeds, finds nothing or is refused. */
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
  ['one attempt has a timeout', {ATTEMPT_MS: 50}, /awaiting 'request' for 50ms/u],
  ['the whole lookup has a timeout', {CHECK_MS: 50}, /no answer within 50 ms|aborted/u],
] as const) {
  test(what, async t => {
    const find = findAt(await startTcpServer(t, () => undefined), settings);

    const error = await unavailable(find(id));

    t.regex(String(error), message);
  });
}

test('a caller waits no longer than its own deadline, and callers that share its call are not affected', async t => {
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

test('the shared call is aborted after the timeout of the lookup, so that it frees its place', async t => {
  const things = await startThings(t, silent, {CHECK_MS: 50});
  const start = performance.now();

  t.truthy(await unavailable(things.find(id)));
  while ((await things.metric('neighbour_lookups', {state: 'running'})) !== 0) await wait(20);

  // Without the abort the attempt would run for ATTEMPT_MS, 10 s.
  t.true(performance.now() - start < 5_000);
});

test('connections are reused', async t => {
  const {find, requests} = await startThings(t);

  for (const id of newIds(5)) await find(id);

  t.is(new Set(requests.map(({socket}) => socket)).size, 1);
});

test('trace context and request id are passed on', async t => {
  const {find, requests} = await startThings(t);
  const context = newContext('', 'abc');

  await runInContext(context, () => find(id));

  t.like(requests[0]?.headers, {'x-request-id': 'abc', traceparent: `00-${context.traceId}-${context.spanId}-00`});
});

test.serial('1,000 lookups of one id in a second are at most two calls', async t => {
  const {find, requests} = await startThings(t);

  for (let wave = 0; wave < 20; wave++) await Promise.all(Array.from({length: 50}, () => find(id)));

  t.true(requests.length <= 2);
});

test.serial('1,000 concurrent lookups of one id are one call, and two if it is not found', async t => {
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
  test(`after a ${what} the call is retried once`, async t => {
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
  ['a timeout of an attempt', silent],
] as [string, RequestListener][]) {
  test(`${what} is not retried`, async t => {
    const things = await startThings(t, found, {...uncached, ATTEMPT_MS: 1_000});
    for (const id of newIds(20)) await things.find(id);
    things.answer = answer;

    t.truthy(await unavailable(things.find(id)));

    t.is(things.requests.length, 21);
  });
}

test.serial('if a third of 500 lookups get a 503, at most a tenth is retried, and only with HEAD', async t => {
  const things = await startThings(t, found, uncached);
  things.answer = (...exchange) => (things.requests.length % 3 === 0 ? answering(503) : found)(...exchange);

  for (const id of newIds(500)) await things.find(id).catch(() => undefined);

  t.true(things.requests.length > 540);
  t.true(things.requests.length <= 550);
  t.true(Number(await things.metric('neighbour_lookup_retries_total', {outcome: 'no_budget'})) > 0);
  t.deepEqual(new Set(things.requests.map(({method}) => method)), new Set(['HEAD']));
});

test.serial('of 148 concurrent lookups 64 run, 64 wait, and 20 are rejected at once', async t => {
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

test.serial('while the breaker is open, lookups fail without a call, and a stale entry is served at once', async t => {
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

  t.log(`21 lookups in ${ms.toFixed(0)} ms`);
  t.true(ms < 21 * 50);
  t.is(things.requests.length, asked);
  t.is(await things.metric('neighbour_lookup_breaker_state', {state: 'open'}), 1);
  t.is(await things.metric('neighbour_lookup_breaker_state', {state: 'closed'}), 0);
});

test('once the neighbour is back, one probe closes the breaker, and all other lookups fail at once until then', async t => {
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
