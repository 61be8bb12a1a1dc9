import {once} from 'node:events';
import {connect, type AddressInfo, type Socket} from 'node:net';
import {setTimeout as wait} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import * as z from 'zod';
import {createHttpApp} from '../http.ts';
import {openApiDocument} from '../openapi.ts';
import {routesFor} from '../router.ts';
import {createHttpServer} from '../server.ts';
import {testParts} from './start-app.ts';

const route = routesFor<object>();
const Thing = z.strictObject({name: z.string()});
const routes = [
  route({
    id: 'makeThing',
    summary: 'Make a thing',
    method: 'post',
    path: '/api/things',
    access: 'anyone',
    input: {body: Thing},
    status: 201,
    answer: Thing,
    problems: [],
    handle: (_ctx, {body}) => Promise.resolve(body),
  }),
  route({
    id: 'getThing',
    summary: 'Read a thing that is larger than all buffers on the way',
    method: 'get',
    path: '/api/things',
    access: 'anyone',
    input: {},
    status: 200,
    answer: Thing,
    problems: [],
    handle: () => Promise.resolve({name: 'a'.repeat(32 * 1024 * 1024)}),
  }),
  route({
    id: 'getPart',
    summary: 'Read a part, of which the bound on unread answers has room for two',
    method: 'get',
    path: '/api/parts',
    access: 'anyone',
    input: {},
    status: 200,
    answer: Thing,
    problems: [],
    handle: () => Promise.resolve({name: 'a'.repeat(15 * 1024 * 1024)}),
  }),
];

async function startServer(t: ExecutionContext, keepAliveMs?: number) {
  const parts = testParts();
  const app = createHttpApp(parts, openApiDocument({title: 'Things', description: 'For tests.'}, routes), routes, {});
  const server = createHttpServer(app, parts, undefined, keepAliveMs).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const {port} = server.address() as AddressInfo;
  const open = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  return {server, parts, open};
}

/** Everything that the server sends until it closes. Meanwhile, `more` is sent every 100 ms. */
async function rawAnswer(t: ExecutionContext, request: string, more?: string): Promise<string> {
  const {open} = await startServer(t);
  const socket = await open();
  socket.write(request);
  const dripping = more === undefined ? undefined : setInterval(() => socket.write(more), 100);
  socket.once('close', () => clearInterval(dripping));
  const chunks = (await socket.setEncoding('utf8').toArray()) as string[];
  return chunks.join('');
}

const HOST = 'Host: a\r\nConnection: close\r\n';
const get = (url: string, headers = HOST): string => `GET ${url} HTTP/1.1\r\n${headers}\r\n`;
const post = (headers: string, body: string): string =>
  `POST /api/things HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n${headers}\r\n${body}`;
/** A request head of this many bytes as Node counts them: without the method and version of the request line. */
const headOf = (bytes: number): string => get('/nothing', `${HOST}X-Long: ${'a'.repeat(bytes)}\r\n`);

const smuggled = `0\r\n\r\nPOST /api/things HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{"name":"a"}`;

for (const [what, request, status] of [
  ['a line that is not HTTP', 'nonsense\r\n\r\n', 400],
  ['a header without a colon', get('/', `${HOST}nonsense\r\n`), 400],
  ['HTTP/0.9', 'GET /api/things\r\n\r\n', 400],
  ['HTTP/0.9 in so many words', `GET /nothing HTTP/0.9\r\nHost: a\r\n\r\n`, 505],
  ['HTTP/2.0', 'GET /nothing HTTP/2.0\r\nHost: a\r\n\r\n', 505],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['HTTP/1.2', 'GET /nothing HTTP/1.2\r\nHost: a\r\n\r\n', 400],
  ['HTTP/1.0 without a host', 'GET /nothing HTTP/1.0\r\n\r\n', 404],
  ['a line feed alone after a header', get('/nothing', 'Host: a\nConnection: close\r\n'), 400],
  ['a line feed alone after the request line', `GET /nothing HTTP/1.1\n${HOST}\r\n`, 400],
  ['a line feed alone after the head', `GET /nothing HTTP/1.1\r\n${HOST}\n`, 400],
  ['a carriage return alone in a header', get('/nothing', `${HOST}X: a\rb\r\n`), 400],
  [
    'chunks in HTTP/1.0 that ask to keep the connection',
    'POST /api/things HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nContent-Type: application/json\r\n' +
      'Transfer-Encoding: chunked\r\n\r\nc\r\n{"name":"a"}\r\n0\r\n\r\n',
    400,
  ],
  ['a CONNECT request', `CONNECT a:80 HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['a request without a Host header', get('/nothing', 'Connection: close\r\n'), 400],
  ['two Host headers', get('/nothing', `Host: b\r\n${HOST}`), 400],
  ['two Content-Length headers', post('Content-Length: 12\r\nContent-Length: 13\r\n', '{"name":"a"}'), 400],
  ['Content-Length with chunks', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', smuggled), 400],
  ['a coding other than chunked', post('Transfer-Encoding: gzip, chunked\r\n', 'c\r\n{"name":"a"}\r\n0\r\n\r\n'), 400],
  ['a chunk without a size', post('Transfer-Encoding: chunked\r\n', 'x\r\n'), 400],
  ['headers of 8 kB', headOf(8 * 1024), 431],
  ['headers of almost 8 kB', headOf(8 * 1024 - 100), 404],
  ['a path and query of more than 2 kB', get(`/${'a'.repeat(2048)}`), 431],
  ['a path and query of 2 kB', get(`/${'a'.repeat(2047)}`), 404],
  ['101 headers', get('/nothing', HOST + 'a:b\r\n'.repeat(99)), 431],
  ['100 headers', get('/nothing', HOST + 'a:b\r\n'.repeat(98)), 404],
  ['an unknown Expect header', get('/nothing', `${HOST}Expect: miracles\r\n`), 404],
  ['chunks of 97 kB', post('Transfer-Encoding: chunked\r\n', `18400\r\n${'a'.repeat(0x1_84_00)}\r\n0\r\n\r\n`), 413],
  ['a client that sends nothing in time', '', 408],
  ['a head that does not end in time', 'GET / HTTP/1.1\r\nHost: a\r\n', 408],
  ['a body that does not end in time', post('Content-Length: 12\r\n', '{"name"'), 408],
] as const) {
  test(`${what} is answered ${status} as problem+json, once, and the connection closes`, async t => {
    const answer = await rawAnswer(t, request);

    const [head = '', body = ''] = answer.split('\r\n\r\n');
    t.regex(head, new RegExp(`^HTTP/1.1 ${status} `, 'u'));
    t.regex(head, /application\/problem\+json/u);
    t.regex(head, /Connection: close/u);
    t.like(JSON.parse(body), {status});
  });
}

const tooLong = Buffer.alloc(100_000, 'a');
// As zlib, stored blocks that are empty.
const emptyBlocks = Buffer.concat([
  Buffer.from([0x78, 0x01]),
  Buffer.alloc(100_000, Buffer.from([0, 0, 0, 0xff, 0xff])),
]);

for (const [what, headers, body, isLate] of [
  ['by its length', `Content-Length: ${tooLong.length}`, tooLong],
  ['before it comes', `Content-Length: ${tooLong.length}`, tooLong, true],
  [
    'by its chunks',
    'Transfer-Encoding: chunked',
    Buffer.concat([Buffer.from(`${tooLong.length.toString(16)}\r\n`), tooLong, Buffer.from('\r\n0\r\n\r\n')]),
  ],
  ['for what it is on the wire', `Content-Encoding: deflate\r\nContent-Length: ${emptyBlocks.length}`, emptyBlocks],
] as const) {
  test(`a connection answers the next request after a body that is refused ${what}`, async t => {
    const {open} = await startServer(t);
    const socket = await open();
    socket.write(`POST /api/things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${headers}\r\n\r\n`);
    if (!isLate) socket.write(body);
    const [refusal] = (await once(socket, 'data')) as [Buffer];
    if (isLate) socket.write(body);
    socket.write(get('/nothing'));

    t.regex(String(refusal), /^HTTP\/1.1 413 /u);
    t.regex(((await socket.setEncoding('utf8').toArray()) as string[]).join(''), /^HTTP\/1.1 404 /u);
  });
}

for (const [host, status] of [
  ['a', 404],
  ['a.example:3001', 404],
  ['a_b.example', 404],
  ['a%20b', 404],
  ['127.0.0.1:3001', 404],
  ['[::1]', 404],
  ['[::ffff:10.0.0.1]:80', 404],
  ['', 404],
  ['a/b', 400],
  ['a@b', 400],
  ['[::1', 400],
  ['::1', 400],
  ['a:b', 400],
  ['a b', 400],
  ['a?b', 400],
  ['a#b', 400],
  ['a\\b', 400],
  ['a%2', 400],
  ['a, b', 400],
  ['<a>', 400],
] as const) {
  test(`the host "${host}" is answered ${status}`, async t => {
    const answer = await rawAnswer(t, get('/nothing', `Host: ${host}\r\nConnection: close\r\n`));

    t.regex(answer, new RegExp(`^HTTP/1.1 ${status} `, 'u'));
  });
}

/** The headers of a raw answer, by their names in lower case. */
function headersOf(answer: string): Map<string, string> {
  const [, ...lines] = answer.slice(0, answer.indexOf('\r\n\r\n')).split('\r\n');
  return new Map(lines.map(line => [line.split(':', 1).join('').toLowerCase(), line.slice(line.indexOf(': ') + 2)]));
}

for (const [what, request] of [
  ['a line that is not HTTP', 'nonsense\r\n\r\n'],
  ['headers of 8 kB', headOf(8 * 1024)],
  ['a head that does not end in time', 'GET / HTTP/1.1\r\nHost: a\r\n'],
  ['a CONNECT request', `CONNECT a:80 HTTP/1.1\r\n${HOST}\r\n`],
] as const) {
  test(`the answer to ${what} has the headers of every answer`, async t => {
    const ours = headersOf(await rawAnswer(t, post('Content-Length: 2\r\n', '{}')));
    const raw = headersOf(await rawAnswer(t, request));

    t.deepEqual([...raw.keys()].toSorted(), [...ours.keys()].toSorted());
    for (const name of ['cache-control', 'x-content-type-options', 'access-control-allow-origin', 'vary']) {
      t.is(raw.get(name), ours.get(name));
    }
    t.regex(raw.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/u);
    t.true(Math.abs(Date.parse(raw.get('date') ?? '') - Date.now()) < 10_000);
  });
}

for (const [what, request, more, status] of [
  ['a head that arrives byte by byte', 'GET / HTTP/1.1\r\nHost: a\r\n', 'a: b\r\n', 408],
  ['a body that arrives byte by byte', post('Content-Length: 32000\r\n', '{"name":"'), 'a', 408],
  ['a body that is refused for its length and still arrives', post('Content-Length: 99000\r\n', '{'), 'a', 413],
] as const) {
  test(`${what} is answered ${status}, once, and the connection is cut`, async t => {
    const answer = await rawAnswer(t, request.replace('Connection: close\r\n', ''), more);

    t.deepEqual(answer.match(/HTTP\/1.1 \d+/gu), [`HTTP/1.1 ${status}`]);
  });
}

test('malformed data after a request does not replace or prevent its answer', async t => {
  const request = post('Content-Length: 12\r\n', '{"name":"a"}').replace('Connection: close\r\n', '');

  const answer = await rawAnswer(t, `${request}nonsense\r\n\r\n`);

  t.deepEqual(answer.match(/HTTP\/1.1 \d+/gu), ['HTTP/1.1 201']);
});

test('a client that does not read its answer is disconnected, so that the answer leaves our memory', async t => {
  const {server, open} = await startServer(t);
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const client = (await open()).pause();
  const [served] = await connected;

  client.write(get('/api/things'));
  await once(served, 'close');

  t.true(served.destroyed);
});

test('of answers that clients do not read, the oldest is cut once they take more than 32 MiB', async t => {
  const {server, open} = await startServer(t);
  const served: Socket[] = [];
  server.on('connection', (socket: Socket) => served.push(socket));
  const start = performance.now();

  for (let count = 0; count < 3; count += 1) {
    const client = (await open()).pause();
    client.write(get('/api/parts', 'Host: a\r\n'));
    while ((served[count]?.bytesWritten ?? 0) === 0) await wait(10);
  }
  const [oldest] = served;
  if (!oldest?.closed) await once(oldest as Socket, 'close');

  t.deepEqual(
    served.map(({destroyed}) => destroyed),
    [true, false, false],
  );
  // Each alone would be cut after ten seconds.
  t.true(performance.now() - start < 8_000);
});

test('an idle connection is kept for KEEP_ALIVE_MS, which the answer says, and then closed', async t => {
  const {open} = await startServer(t, 2_000);
  const socket = await open();
  const answerIn = async (): Promise<string> => {
    socket.write(get('/nothing', 'Host: a\r\n'));
    return String((await once(socket, 'data'))[0]);
  };

  const first = await answerIn();
  await wait(1_500);
  const second = await answerIn();
  const start = performance.now();
  await once(socket.resume(), 'close');

  for (const answer of [first, second]) t.regex(answer, /Keep-Alive: timeout=2\b/u);
  // Node closes up to two seconds later: it adds one, and looks once a second.
  const ms = performance.now() - start;
  t.true(ms > 1_900 && ms < 10_000);
});
