import {once} from 'node:events';
import {connect, type AddressInfo, type Socket} from 'node:net';
import {setImmediate as turnOfLoop} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import * as z from 'zod';
import {createHttpApp} from '../http.ts';
import type {OpenApiDocument} from '../openapi.ts';
import {routesFor} from '../router.ts';
import {createHttpServer} from '../server.ts';
import {testParts} from './start-app.ts';
import {until} from './until.ts';

type Hold = () => Promise<void>;

const route = routesFor<Hold>();
const Thing = z.strictObject({name: z.string()});
const routes = (['get', 'post'] as const).map(method =>
  route({
    id: method,
    summary: 'Answers when released',
    method,
    path: '/api/things',
    access: 'anyone',
    input: method === 'post' ? {body: Thing} : {},
    status: method === 'post' ? 201 : 200,
    answer: Thing,
    problems: [],
    handle: async (_ctx, _input, hold) => {
      await hold();
      return {name: 'a'};
    },
  }),
);

/** An API that holds every request of a thing until `release`. */
async function startHolding(t: ExecutionContext, document: unknown = {}) {
  const {promise: released, resolve: release} = Promise.withResolvers<void>();
  let held = 0;
  const parts = testParts();
  const app = createHttpApp(parts, document as OpenApiDocument, routes, () => ((held += 1), released));
  const server = createHttpServer(app, parts).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const open = async (): Promise<Socket> => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    return socket.setEncoding('utf8');
  };
  return {parts, open, release, held: () => held};
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const post = (headers: string, body: string): string =>
  `POST /api/things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${headers}\r\n${body}`;
const whole = post('Content-Length: 12\r\n', '{"name":"a"}');
const broken = post('Transfer-Encoding: chunked\r\n', 'x\r\n');
const nonsense = 'nonsense\r\n\r\n';

const allOf = async (socket: Socket): Promise<string> => ((await socket.toArray()) as string[]).join('');

const statusesOf = (answers: string): string[] =>
  [...answers.matchAll(/HTTP\/1.1 (\d+)/gu)].map(([, status]) => status ?? '');

const shedOf = async ({metrics}: ReturnType<typeof testParts>) =>
  (await metrics.registry.getSingleMetric('http_requests_shed_total')?.get())?.values.filter(({value}) => value > 0);

test('the requests of a connection are served one at a time, and answered in their order', async t => {
  const {open, release, held} = await startHolding(t);
  const socket = await open();

  socket.write(get('/api/things') + whole + get('/nothing').replace('Host', 'Connection: close\r\nHost'));
  await until(() => held() > 0);
  for (let turn = 0; turn < 10; turn += 1) await turnOfLoop();
  const heldAtFirst = held();
  release();

  t.is(heldAtFirst, 1);
  t.deepEqual(statusesOf(await allOf(socket)), ['200', '201', '404']);
});

test('behind 16 waiting requests, one is refused as problem+json, counted, and the connection closes', async t => {
  const {parts, open} = await startHolding(t);
  const socket = await open();

  socket.write(get('/nothing').repeat(1_003));
  const answers = await allOf(socket);

  t.deepEqual(statusesOf(answers), [...Array(17).fill('404'), '503']);
  const refusal = answers.slice(answers.lastIndexOf('HTTP/1.1'));
  t.regex(refusal, /^Connection: close$/mu);
  t.regex(refusal, /^Retry-After: [123]$/mu);
  t.like(JSON.parse(refusal.split('\r\n\r\n')[1] ?? ''), {code: 'overloaded', status: 503});
  t.deepEqual(await shedOf(parts), [{labels: {reason: 'pipelined'}, value: 1}]);
});

test('the 1,000th answer of a connection is its last, and says so', async t => {
  const {open} = await startHolding(t);
  const socket = await open();

  let answers = '';
  socket.on('data', (chunk: string) => (answers += chunk));
  for (let sent = 0; sent < 1_008; sent += 16) {
    socket.write(get('/nothing').repeat(16));
    await until(() => socket.closed || answers.split('HTTP/1.1').length > sent + 16);
  }

  t.is(statusesOf(answers).length, 1_000);
  t.is(answers.split('Connection: close').length, 2);
  t.true(answers.lastIndexOf('Connection: close') > answers.lastIndexOf('HTTP/1.1'));
});

test('a connection whose requests would be more than 4,000 waiting in all is cut, and the others are answered', async t => {
  const {parts, open, release, held} = await startHolding(t);
  const sockets = [await open(), await open(), await open()];
  const answers = sockets.map(async socket => statusesOf(await allOf(socket)));

  for (const [index, socket] of sockets.entries()) {
    socket.write(get('/api/things').repeat(1_400));
    await until(() => held() > index || socket.closed);
  }
  await until(() => sockets.some(({closed}) => closed));
  release();
  const [first, second, third] = await Promise.all(answers);

  t.deepEqual(first, [...Array(17).fill('200'), '503']);
  t.deepEqual(second, first);
  t.deepEqual(third, []);
  t.deepEqual(await shedOf(parts), [{labels: {reason: 'pipelined'}, value: 3}]);
});

for (const [what, sent, statuses] of [
  ['a request in the same packet whose chunk breaks', whole + broken, ['201', '400']],
  ['two of which the second is unknown, and then nonsense', whole + get('/nothing') + nonsense, ['201', '404']],
  ['a broken request and one behind it', whole + broken + whole, ['201', '400']],
] as const) {
  test(`an order of things keeps its answer before ${what}`, async t => {
    const {open, release, held} = await startHolding(t);
    const socket = await open();

    socket.write(sent);
    await until(() => held() > 0);
    release();

    t.deepEqual(statusesOf(await allOf(socket)), [...statuses]);
  });
}

test('nonsense that comes while two answers are due prevents neither', async t => {
  const {open, release, held} = await startHolding(t);
  const socket = await open();

  socket.write(whole + get('/nothing'));
  await until(() => held() > 0);
  socket.write(nonsense);
  for (let turn = 0; turn < 10; turn += 1) await turnOfLoop();
  release();

  t.deepEqual(statusesOf(await allOf(socket)), ['201', '404']);
});

test('the OpenAPI document is written once, however often it is asked for', async t => {
  let written = 0;
  const {open} = await startHolding(t, {toJSON: () => ((written += 1), {openapi: '3.1.0'})});
  const socket = await open();

  socket.end(get('/openapi.json').repeat(3));

  t.is((await allOf(socket)).split('{"openapi":"3.1.0"}').length, 4);
  t.is(written, 1);
});
