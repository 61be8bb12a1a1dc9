import {once} from 'node:events';
import {connect} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import got, {type Got} from 'got';
import * as z from 'zod';
import {createClientOf} from '../address.ts';
import {createHttpApp} from '../http.ts';
import {openApiDocument} from '../openapi.ts';
import {nextLimit} from '../overload.ts';
import {routesFor} from '../router.ts';
import {startApp, testParts} from './start-app.ts';
import {startProcess} from './start-process.ts';
import {until} from './until.ts';

const route = routesFor<(client: string) => Promise<void>>();
const Thing = z.strictObject({name: z.string()});
const routes = (['get', 'post', 'heavy'] as const).map(id => {
  const method = id === 'heavy' ? 'get' : id;
  return route({
    id,
    summary: 'Answers when released',
    method,
    path: id === 'heavy' ? '/api/heavy' : '/api/things',
    access: 'anyone',
    ...(id === 'heavy' && {heavy: true}),
    input: method === 'post' ? {body: Thing} : {},
    status: 200,
    answer: Thing,
    problems: [],
    handle: async (ctx, _input, hold) => {
      await hold(ctx.get('x-forwarded-for'));
      return {name: 'a'};
    },
  });
});

/** An API that holds every request until `release`, with at most `maxInFlight` in flight. */
async function startHolding(t: ExecutionContext, maxInFlight: number) {
  const {promise: released, resolve: release} = Promise.withResolvers<void>();
  const clients: string[] = [];
  const parts = {...testParts(maxInFlight), clientOf: createClientOf(1)};
  const hold = (client: string) => (clients.push(client), released);
  const document = openApiDocument({title: 'Things', description: 'For tests.'}, routes);
  const things = await startApp(t, createHttpApp(parts, document, routes, hold), {}, parts);
  return {things, parts, release, clients, held: () => clients.length};
}

const shedOf = async ({metrics}: ReturnType<typeof testParts>) =>
  (await metrics.registry.getSingleMetric('http_requests_shed_total')?.get())?.values.filter(({value}) => value > 0);

async function statusesOf(sent: Promise<{statusCode: number}>[]): Promise<Record<number, number>> {
  const statuses = (await Promise.all(sent)).map(({statusCode}) => statusCode);
  return Object.fromEntries(
    Object.entries(Object.groupBy(statuses, status => status)).map(([s, all]) => [s, all?.length ?? 0]),
  );
}

for (const method of ['get', 'post'] as const) {
  test(`with MAX_IN_FLIGHT=3, 20 concurrent ${method} requests give 3 answers and 17 refusals`, async t => {
    const {things, parts, release, held} = await startHolding(t, 3);
    const send = () => things(`api/things`, {method, ...(method === 'post' && {json: {name: 'a'}})});

    const sent = Array.from({length: 20}, send);
    await until(async () => (await shedOf(parts))?.[0]?.value === 17);
    release();

    t.deepEqual(await statusesOf(sent), {200: 3, 503: 17});
    t.is(held(), 3);
    t.is((await send()).statusCode, 200);
  });
}

for (const method of ['get', 'post'] as const) {
  test(`one client's many ${method} requests are refused, and those of others are served up to twice the limit`, async t => {
    const {things, release, held} = await startHolding(t, 40);
    const sendFrom = (client: string) =>
      things('api/things', {
        method,
        headers: {'x-forwarded-for': client},
        ...(method === 'post' && {json: {name: 'a'}}),
      });

    const greedy = Array.from({length: 45}, () => sendFrom('10.0.0.1'));
    await until(() => held() === 40);
    const fair = [];
    for (let count = 1; count <= 40; count += 1) {
      fair.push(sendFrom(`10.0.0.${count % 2 === 0 ? 2 : 3}`));
      await until(() => held() === 40 + count);
    }
    const late = await statusesOf([sendFrom('10.0.0.1'), sendFrom('10.0.0.4')]);
    release();

    t.deepEqual(late, {503: 2});
    t.deepEqual(await statusesOf(greedy), {200: 40, 503: 5});
    t.deepEqual(await statusesOf(fair), {200: 40});
  });
}

test('beside a greedy client, 64 requests are served even if the limit is lower', async t => {
  const {things, release, held} = await startHolding(t, 4);
  const sendFrom = (client: string) => things.get('api/things', {headers: {'x-forwarded-for': client}});
  const greedy = Array.from({length: 4}, () => sendFrom('10.0.0.1'));
  await until(() => held() === 4);
  const others = Array.from({length: 61}, (_, index) => sendFrom(`10.0.1.${index}`));
  await until(() => held() === 64);
  release();

  t.deepEqual(await statusesOf(others), {200: 60, 503: 1});
  t.deepEqual(await statusesOf(greedy), {200: 4});
});

test('of 40 heavy answers at once, four are made and 32 wait, without a place of others', async t => {
  const {things, parts, release, held} = await startHolding(t, 256);

  const heavy = Array.from({length: 40}, () => things.get('api/heavy'));
  await until(async () => (await shedOf(parts))?.[0]?.value === 4);
  const madeAtOnce = held();
  const other = things.get('api/things');
  await until(() => held() === madeAtOnce + 1);
  release();

  t.is(madeAtOnce, 4);
  t.deepEqual(await shedOf(parts), [{labels: {reason: 'heavy'}, value: 4}]);
  t.deepEqual(await statusesOf(heavy), {200: 36, 503: 4});
  t.is((await other).statusCode, 200);
});

test('a shed request gets a problem with Retry-After, and is counted', async t => {
  const {things, parts, release, held} = await startHolding(t, 1);
  const served = things.get('api/things');
  await until(() => held() === 1);

  const {statusCode, headers, body} = await things.get<Record<string, unknown>>('api/things', {
    headers: {origin: 'https://shop.example', 'x-request-id': 'abc'},
  });

  t.is(statusCode, 503);
  t.like(body, {code: 'overloaded', status: 503, type: '/docs#overloaded', error: 'Overloaded'});
  t.regex(String(headers['retry-after']), /^[123]$/u);
  t.like(headers, {
    'content-type': 'application/problem+json',
    'x-problem-code': 'overloaded',
    'x-request-id': 'abc',
    'access-control-allow-origin': '*',
  });
  t.deepEqual(await shedOf(parts), [{labels: {reason: 'in_flight'}, value: 1}]);
  t.regex((await parts.metrics.render()).body, /_count\{method="GET",route="shed",status="503"\} 1/u);
  release();
  t.is((await served).statusCode, 200);
});

test('a shed request with an unusual method is counted as _OTHER', async t => {
  const {things, parts, release, held} = await startHolding(t, 1);
  const served = things.get('api/things');
  await until(() => held() === 1);

  await things('api/things', {method: 'PURGE' as 'GET'});

  t.regex((await parts.metrics.render()).body, /_count\{method="_OTHER",route="shed",status="503"\} 1/u);
  release();
  await served;
});

for (const [what, path, headers] of [
  ['of an unknown path', 'nothing', {}],
  ['of a document', 'openapi.json', {}],
  ['that is not acceptable', 'api/things', {accept: 'text/html'}],
] as const) {
  test(`while the limit is reached, a request ${what} is refused as well`, async t => {
    const {things, release, held} = await startHolding(t, 1);
    const served = things.get('api/things');
    await until(() => held() === 1);

    const {statusCode} = await things.get(path, {headers});
    release();
    await served;

    t.is(statusCode, 503);
  });
}

test('what a greedy client sends at once is served over several turns, so that another does not wait for all of it', async t => {
  const {things, release, clients} = await startHolding(t, 256);
  const {port} = new URL(String(things.defaults.options.prefixUrl));
  const senders = await Promise.all(
    [...Array<string>(40).fill('10.0.0.1'), '10.0.0.2'].map(async client => {
      const socket = connect(Number(port), '127.0.0.1');
      await once(socket, 'connect');
      return {
        socket,
        send: () => socket.write(`GET /api/things HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${client}\r\n\r\n`),
      };
    }),
  );
  const sendAll = async () => {
    const answered = senders.map(({socket}) => once(socket, 'data'));
    for (const {send} of senders) send();
    return answered;
  };

  const first = await sendAll();
  await until(() => clients.length === 41);
  release();
  await Promise.all(first);
  clients.length = 0;
  await Promise.all(await sendAll());
  for (const {socket} of senders) socket.destroy();

  t.is(clients.length, 41);
  t.true(clients.indexOf('10.0.0.2') <= 8, clients.join(' '));
});

test('requests that one turn of the event loop answers count together, so that a flood of refusals is shed', async t => {
  const {things, parts} = await startHolding(t, 3);
  const {port} = new URL(String(things.defaults.options.prefixUrl));
  const sockets = await Promise.all(
    Array.from({length: 20}, async () => {
      const socket = connect(Number(port), '127.0.0.1');
      // The server accepts one connection a turn, so the flood would come one by one.
      socket.write('GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n');
      await once(socket, 'data');
      return socket;
    }),
  );

  // All of them are in the server's queue when its next turn begins.
  for (const socket of sockets) socket.write('GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  for (const end = performance.now() + 50; performance.now() < end;);
  const answers = await Promise.all(sockets.map(async socket => String((await socket.toArray())[0]).slice(9, 12)));

  t.true(answers.filter(status => status === '503').length >= 10, answers.join(' '));
  t.true(answers.includes('404'));
  t.true(((await shedOf(parts))?.find(({labels}) => labels['reason'] === 'in_flight')?.value ?? 0) >= 10);
});

test('a request that has not arrived completely does not count as in flight', async t => {
  const {things, parts, release} = await startHolding(t, 1);
  const {port} = new URL(String(things.defaults.options.prefixUrl));
  const slow = connect(Number(port), '127.0.0.1');
  await once(slow, 'connect');
  t.teardown(() => slow.destroy());

  slow.write(
    'POST /api/things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"na',
  );
  await until(() => parts.requestMetrics.inFlight.count === 1);
  release();

  t.is((await things.get('api/things')).statusCode, 200);
});

test('without a limit nothing is refused', async t => {
  const {things, parts, release, held} = await startHolding(t, 0);

  const sent = Array.from({length: 300}, () => things.get('api/things'));
  await until(() => held() === 300);
  release();

  t.deepEqual(await statusesOf(sent), {200: 300});
  t.deepEqual(await shedOf(parts), []);
});

const late = {utilization: 1, turnMs: 2};
const idle = {utilization: 0.9, turnMs: 50};
for (const [what, limit, sample, expected] of [
  [
    'a lag with more than 64 in flight lowers the limit to 64',
    256,
    {peak: 150, isCrowded: false, refused: 0, ...late},
    64,
  ],
  ['a lag with 64 in flight does not lower the limit', 100, {peak: 64, isCrowded: false, refused: 0, ...late}, 125],
  ['a lag lowers it if one client of several has too many', 256, {peak: 40, isCrowded: true, refused: 0, ...late}, 64],
  [
    'a lag while requests are refused lowers the limit by a quarter',
    64,
    {peak: 64, isCrowded: false, refused: 9, ...late},
    48,
  ],
  ['a lasting lag does not lower the limit below 4', 4, {peak: 4, isCrowded: false, refused: 9, ...late}, 4],
  ['an event loop with idle time raises the limit by one', 16, {peak: 16, isCrowded: false, refused: 9, ...idle}, 17],
  [
    'a busy event loop with short turns does not lag',
    16,
    {peak: 16, isCrowded: false, refused: 9, utilization: 1, turnMs: 1},
    17,
  ],
  ['once nothing is refused, the limit rises by a quarter', 16, {peak: 9, isCrowded: false, refused: 0, ...late}, 20],
  ['the limit never exceeds MAX_IN_FLIGHT', 240, {peak: 9, isCrowded: false, refused: 0, ...idle}, 256],
] as const) {
  test(what, t => {
    t.is(nextLimit(limit, sample, 256), expected);
  });
}

test('a MAX_IN_FLIGHT below 4 holds when the event loop lags', t => {
  t.is(nextLimit(3, {peak: 3, isCrowded: false, refused: 9, ...late}, 3), 3);
});

/** A service with turns of 30 ms that holds its requests, until SIGUSR2. */
const BUSY = `
  import {noLimits} from '#platform/access.ts';
  import {openToAll} from '#platform/auth.ts';
  import {createHttpApp} from '#platform/http.ts';
  import {routesFor} from '#platform/router.ts';
  const service = await boot('things', settings);
  const parts = {...service, corsOrigins: [], authenticate: openToAll, limits: noLimits};
  const {promise: released, resolve: release} = Promise.withResolvers();
  let busy = true;
  process.once('SIGUSR2', () => { busy = false; release(); });
  const turn = () => {
    for (const end = performance.now() + 30; performance.now() < end; );
    if (busy) setImmediate(turn);
  };
  turn();
  const route = routesFor()({method: 'get', path: '/api/things', access: 'anyone', input: {}, status: 204, problems: [], handle: () => released});
  await serve(createHttpApp(parts, {}, [route], {}), service, async () => undefined);`;

async function limitOf(ops: Got): Promise<number> {
  const metrics = await ops.get('metrics').text();
  return Number(/^http_requests_in_flight_limit (\d+)$/mu.exec(metrics)?.[1]);
}

test('while the event loop lags, accepted requests are served, new ones refused, and the ops port answers', async t => {
  const {child, seen} = startProcess(t, BUSY);
  const {opsPort} = await seen('starting');
  const {port} = await seen('ready');
  const client = got.extend({throwHttpErrors: false, retry: {limit: 0}});
  const ops = client.extend({prefixUrl: `http://127.0.0.1:${opsPort}`});
  const send = () => client.get(`http://127.0.0.1:${port}/api/things`);

  const first = Array.from({length: 80}, send);
  await until(async () => (await limitOf(ops)) <= 64);
  const more = await statusesOf(Array.from({length: 5}, send));
  child.kill('SIGUSR2');
  const {204: served = 0, 503: refused = 0} = await statusesOf(first);
  await until(async () => (await limitOf(ops)) === 256);

  t.deepEqual(more, {503: 5});
  t.true(served > 64);
  t.is(served + refused, 80);
  t.true((await ops.get('metrics').text()).includes(`http_requests_shed_total{reason="event_loop"} ${refused + 5}\n`));
  t.like(await seen('requests refused'), {level: 'warn'});
});
