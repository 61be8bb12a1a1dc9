import {once} from 'node:events';
import {Agent, METHODS} from 'node:http';
import {connect} from 'node:net';
import {brotliCompressSync, deflateSync, gzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import * as z from 'zod';
import {contextHeaders} from '../context.ts';
import {AppError, unavailable} from '../errors.ts';
import {createHttpApp} from '../http.ts';
import {Id, newId} from '../ids.ts';
import {createLog} from '../log.ts';
import {openApiDocument} from '../openapi.ts';
import {routesFor} from '../router.ts';
import {startApp, testParts} from './start-app.ts';

type Handle = (input: unknown) => Promise<unknown>;
type Body = Record<string, unknown>;

const route = routesFor<Handle>();
const absent = {code: 'thing_not_found', status: 404, title: 'Thing not found', detail: 'No thing has this id.'};
const routes = [
  route({
    id: 'makeThing',
    summary: 'Make a thing',
    method: 'post',
    path: '/api/things',
    access: 'user',
    input: {body: z.strictObject({name: z.string()})},
    status: 201,
    answer: z.object({name: z.string()}),
    problems: [],
    handle: (_ctx, {body}, handle) => handle(body),
  }),
  route({
    id: 'getThing',
    summary: 'Read a thing',
    method: 'get',
    path: '/api/things/:id',
    access: 'user',
    input: {params: z.strictObject({id: Id})},
    status: 200,
    answer: z.object({name: z.string()}),
    absent,
    problems: [],
    handle: (_ctx, {params}, handle) => handle(params),
  }),
];
const document = openApiDocument({title: 'Things', description: 'For tests.'}, routes);
const echo: Handle = input => Promise.resolve(input);

const app = (handle = echo, parts = testParts()) => createHttpApp(parts, document, routes, handle);
const startThings = (t: ExecutionContext, handle = echo, parts = testParts()) =>
  startApp(t, app(handle, parts), {}, parts);

/** The text as a zlib stream, with so many bytes of blocks in it that add nothing. */
function emptyBlocksAround(text: string, bytes: number): Buffer {
  const whole = deflateSync(text, {level: 0});
  const [header, block] = [whole.subarray(0, 2), whole.subarray(2)];
  // A stored block that is not the last one, and its length: 0.
  return Buffer.concat([header, Buffer.alloc(bytes, Buffer.from([0, 0, 0, 0xff, 0xff])), block]);
}

test('a compressed body is read, with a few empty blocks in it or none', async t => {
  const things = await startThings(t);
  const headers = {'content-type': 'application/json', 'content-encoding': 'deflate'};

  for (const bytes of [0, 5, 30_000]) {
    const {statusCode} = await things.post('api/things', {body: emptyBlocksAround('{"name":"a"}', bytes), headers});
    t.is(statusCode, 201);
  }
});

test('a request is validated and answered by the schemas of its route', async t => {
  const things = await startThings(t, () => Promise.resolve({name: 'a', passwordHash: 'never sent'}));

  const response = await things.post<Body>('api/things', {json: {name: 'a'}});

  t.is(response.statusCode, 201);
  t.deepEqual(response.body, {name: 'a'});
});

for (const [what, options, status, code] of [
  ['malformed JSON', {body: '{"name": ', headers: {'content-type': 'application/json'}}, 400, 'malformed'],
  ['a JSON string', {body: '"name"', headers: {'content-type': 'application/json'}}, 400, 'malformed'],
  ['an array', {json: [{name: 'a'}]}, 400, 'invalid'],
  ['no body', {}, 400, 'invalid'],
  ['null', {body: 'null', headers: {'content-type': 'application/json'}}, 400, 'malformed'],
  ['an operator in place of a string', {json: {name: {$gt: ''}}}, 400, 'invalid'],
  ['an unknown field', {json: {name: 'a', admin: true}}, 400, 'invalid'],
  [
    'a __proto__ key',
    {body: '{"name":"a","__proto__":{"admin":true}}', headers: {'content-type': 'application/json'}},
    400,
    'malformed',
  ],
  ['a constructor key', {json: {name: 'a', constructor: {prototype: {}}}}, 400, 'invalid'],
  ['a body of 97 kB', {json: {name: 'a'.repeat(97 * 1024)}}, 413, 'too_large'],
  [
    'a gzipped body that grows to 1 MB',
    {
      body: gzipSync(JSON.stringify({name: 'a'.repeat(1024 * 1024)})),
      headers: {'content-type': 'application/json', 'content-encoding': 'gzip'},
    },
    413,
    'too_large',
  ],
  [
    '1 MB of empty deflate blocks around a body',
    {
      body: emptyBlocksAround('{"name":"a"}', 1024 * 1024),
      headers: {'content-type': 'application/json', 'content-encoding': 'deflate'},
    },
    413,
    'too_large',
  ],
  [
    'a body that is not gzipped as it claims',
    {body: '{"name":"a"}', headers: {'content-type': 'application/json', 'content-encoding': 'gzip'}},
    400,
    'malformed',
  ],
  [
    'an unknown encoding',
    {body: '{}', headers: {'content-type': 'application/json', 'content-encoding': 'rot13'}},
    415,
    'unsupported_type',
  ],
  [
    '10,000-deep JSON',
    {body: `{"name":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, headers: {'content-type': 'application/json'}},
    400,
    'invalid',
  ],
  ['a form', {form: {name: 'a'}}, 415, 'unsupported_type'],
  ['text without a type', {body: '{"name":"a"}'}, 415, 'unsupported_type'],
  [
    'another charset',
    {body: '{"name":"a"}', headers: {'content-type': 'application/json; charset=utf-16'}},
    415,
    'unsupported_type',
  ],
  ['an Accept without JSON', {json: {name: 'a'}, headers: {accept: 'text/html'}}, 406, 'not_acceptable'],
] as const) {
  test(`${what} answers ${status} ${code} and reaches no handler`, async t => {
    let handled = false;
    const things = await startThings(t, input => ((handled = true), Promise.resolve(input)));

    const response = await things.post<Body>('api/things', {...options});

    t.is(response.statusCode, status);
    t.like(response.body, {code, status});
    t.is(response.headers['x-problem-code'], code);
    t.is(response.headers['content-type'], 'application/problem+json');
    t.false(handled);
  });
}

for (const [coding, encode] of [
  ['gzip', gzipSync],
  ['GZIP', gzipSync],
  ['x-gzip', gzipSync],
  ['X-GZip', gzipSync],
  ['Deflate', deflateSync],
  ['BR', brotliCompressSync],
  ['Identity', (text: string) => Buffer.from(text)],
] as const) {
  test(`a body with Content-Encoding: ${coding} is decoded`, async t => {
    const things = await startThings(t);
    const headers = {'content-type': 'application/json', 'content-encoding': coding};

    const response = await things.post<Body>('api/things', {body: encode('{"name":"a"}'), headers});

    t.deepEqual([response.statusCode, response.body], [201, {name: 'a'}]);
  });
}

for (const [accept, status] of [
  ['application/json; charset=utf-8', 201],
  ['APPLICATION/JSON;CHARSET="UTF-8";q=0.5', 201],
  ['text/html, application/json;version=1', 201],
  ['application/*', 201],
  ['', 201],
  ['application/json;q=0', 406],
  ['application/json;charset=utf-8;q=0', 406],
  ['application/json;q=0, */*', 406],
  ['application/xml, text/*', 406],
  ['application/problem+json', 406],
] as const) {
  test(`Accept: ${accept} is answered ${status}`, async t => {
    const things = await startThings(t);

    t.is((await things.post('api/things', {json: {name: 'a'}, headers: {accept}})).statusCode, status);
  });
}

test('of duplicate JSON keys, the last one counts', async t => {
  const things = await startThings(t);

  const response = await things.post<Body>('api/things', {
    body: '{"name":"first","name":"last"}',
    headers: {'content-type': 'application/json'},
  });

  t.deepEqual(response.body, {name: 'last'});
});

test('a problem has the members of RFC 9457, the trace id, and `error` for clients that read it', async t => {
  const things = await startThings(t);
  const traceId = '0af7651916cd43dd8448eb211c80319c';

  const response = await things.get<Body>('api/things/nonsense', {
    headers: {traceparent: `00-${traceId}-b7ad6b7169203331-01`, 'x-request-id': 'abc'},
  });

  t.deepEqual(response.body, {
    type: '/docs#thing_not_found',
    title: 'Thing not found',
    status: 404,
    detail: 'No thing has this id.',
    code: 'thing_not_found',
    traceId,
    error: 'Thing not found',
  });
  t.is(response.headers['x-request-id'], 'abc');
  t.regex(String(response.headers['traceresponse']), new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`, 'u'));
});

test('calls that a request makes carry its trace, its tracestate and its id', async t => {
  const things = await startThings(t, () => Promise.resolve({name: JSON.stringify(contextHeaders())}));
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const headers = {traceparent: `cc-${traceId}-b7ad6b7169203331-ff-x`, tracestate: 'a=1,b=2', 'x-request-id': 'abc'};

  const response = await things.post<{name: string}>('api/things', {json: {name: 'a'}, headers});

  t.deepEqual(JSON.parse(response.body.name), {
    traceparent: response.headers['traceresponse'],
    tracestate: 'a=1,b=2',
    'x-request-id': 'abc',
  });
  t.regex(String(response.headers['traceresponse']), new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`, 'u'));
});

test('a problem answered to HEAD has its code in a header', async t => {
  const things = await startThings(t);

  const response = await things.head('api/things/nonsense', {responseType: 'text'});

  t.is(response.statusCode, 404);
  t.is(response.headers['x-problem-code'], 'thing_not_found');
});

for (const path of ['api', 'api/things/', 'API/things', 'api/things/a/b', '%zz', 'api//things']) {
  test(`/${path} is not found`, async t => {
    const things = await startThings(t);

    const response = await things.get<Body>(path);

    t.is(response.statusCode, 404);
    t.is(response.body['code'], 'not_found');
  });
}

for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE'] as const) {
  test(`${method} on a known path answers 405 and lists the allowed methods`, async t => {
    const things = await startThings(t);

    const response = await things<Body>('api/things', {method: method as 'PUT'});

    t.is(response.statusCode, 405);
    t.is(response.headers.allow, 'POST');
    t.is(response.body['code'], 'method_not_allowed');
  });
}

test('an unexpected error answers 500 and reveals nothing internal', async t => {
  const things = await startThings(t, () => Promise.reject(new Error('secret at db.internal')));

  const response = await things.post<Body>('api/things', {json: {name: 'a'}});

  t.is(response.statusCode, 500);
  t.is(response.body['code'], 'internal');
  t.notRegex(JSON.stringify(response.body), /secret|db\.internal|\.ts/u);
});

test('an answer that does not match its schema is not sent, and the client gets 500', async t => {
  const things = await startThings(t, () => Promise.resolve({name: 7}));

  const response = await things.post<Body>('api/things', {json: {name: 'a'}});

  t.is(response.statusCode, 500);
});

test('503 has a Retry-After header', async t => {
  const things = await startThings(t, () => Promise.reject(new AppError(unavailable)));

  const response = await things.post<Body>('api/things', {json: {name: 'a'}});

  t.is(response.statusCode, 503);
  t.is(response.headers['retry-after'], '1');
});

test('API answers forbid sniffing and caching, and do not name the framework', async t => {
  const things = await startThings(t);

  const {headers} = await things.post('api/things', {json: {name: 'a'}});

  t.is(headers['x-content-type-options'], 'nosniff');
  t.is(headers['cache-control'], 'no-store, no-transform');
  t.is(headers['x-powered-by'], undefined);
});

test('by default CORS allows any origin, without credentials, and exposes our headers', async t => {
  const things = await startThings(t);

  const {headers} = await things.post('api/things', {json: {name: 'a'}, headers: {origin: 'https://shop.example'}});

  t.is(headers['access-control-allow-origin'], '*');
  t.is(headers['access-control-allow-credentials'], undefined);
  t.regex(String(headers['access-control-expose-headers']), /ETag.*Location.*X-Problem-Code/u);
});

test('with CORS_ORIGINS set, only these origins are allowed', async t => {
  const things = await startThings(t, echo, {...testParts(), corsOrigins: ['https://shop.example']});
  const originOf = async (origin: string) =>
    (await things.post('api/things', {json: {name: 'a'}, headers: {origin}})).headers['access-control-allow-origin'];

  t.is(await originOf('https://shop.example'), 'https://shop.example');
  t.is(await originOf('https://evil.example'), undefined);
});

test('a CORS preflight is answered', async t => {
  const things = await startThings(t);

  const response = await things('api/things', {
    method: 'OPTIONS',
    headers: {origin: 'https://shop.example', 'access-control-request-method': 'PATCH'},
    responseType: 'text',
  });

  t.is(response.statusCode, 204);
  t.regex(String(response.headers['access-control-allow-methods']), /PATCH/u);
});

test('while draining, requests are still served and asked to close their connection', async t => {
  const parts = testParts();
  const things = await startThings(t, echo, parts);

  const before = await things.post('api/things', {json: {name: 'a'}});
  parts.readiness.drain();
  const after = await things.post('api/things', {json: {name: 'a'}});

  t.not(before.headers.connection, 'close');
  t.is(after.statusCode, 201);
  t.is(after.headers.connection, 'close');
});

/** Sends these requests over one connection, all at once, and waits until it closes. */
async function sendAll(port: number, requests: string[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.write(requests.join('').replace(/keep-alive(?!.*keep-alive)/su, 'close'));
  await once(socket.resume(), 'close');
}

test.serial(
  'ten thousand different paths, with every method that Node accepts, make only a few metric series',
  async t => {
    const parts = testParts();
    const {port} = new URL(String((await startThings(t, echo, parts)).defaults.options.prefixUrl));
    // CONNECT ends the connection.
    const methods = METHODS.filter(method => method !== 'CONNECT');
    const requests = Array.from(
      {length: 10_000},
      (_, index) =>
        `${methods[index % methods.length]} /${index} HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n`,
    );

    // One is served and 16 wait: more in one connection would be refused.
    for (let sent = 0; sent < requests.length; sent += 17) await sendAll(Number(port), requests.slice(sent, sent + 17));

    const {values} = await parts.requestMetrics.requests.get();
    const counts = values.filter(({metricName}) => metricName === 'http_request_duration_seconds_count');
    t.is(
      counts.reduce((sum, {value}) => sum + value, 0),
      10_000,
    );
    t.deepEqual(counts.map(({labels}) => `${labels.method} ${labels.route}`).toSorted(), [
      'DELETE unmatched',
      'GET unmatched',
      'HEAD unmatched',
      'OPTIONS unmatched',
      'PATCH unmatched',
      'POST unmatched',
      'PUT unmatched',
      '_OTHER unmatched',
    ]);
  },
);

test('/ answers with links to the documentation, also to HEAD', async t => {
  const things = await startThings(t);

  const response = await things.get<Body>('');
  const head = await things.head('', {responseType: 'text'});
  const post = await things.post<Body>('', {json: {}});

  t.deepEqual([response.statusCode, response.body], [200, {docs: '/docs', openapi: '/openapi.json'}]);
  t.is(head.statusCode, 200);
  t.deepEqual([post.statusCode, post.headers['allow']], [405, 'HEAD, GET']);
});

test('openapi.json is served', async t => {
  const {body} = await (await startThings(t)).get<Body>('openapi.json');

  t.is(body['openapi'], '3.1.0');
});

test.serial('the thousandth answer closes its connection, and the next request uses a new one', async t => {
  const agent = new Agent({keepAlive: true, maxSockets: 1});
  t.teardown(() => agent.destroy());
  const things = (await startThings(t)).extend({agent: {http: agent}});
  const connections: unknown[] = [];

  for (let count = 0; count < 1_001; count++) connections.push((await things('nowhere')).headers.connection);

  t.deepEqual([connections.indexOf('close'), connections.lastIndexOf('close')], [999, 999]);
});

test('a client that aborts its request does not disturb others', async t => {
  const things = await startThings(t);
  const {port} = new URL(String(things.defaults.options.prefixUrl));
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /api/things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na',
  );
  socket.destroy();

  const response = await things.post('api/things', {json: {name: 'a'}});

  t.is(response.statusCode, 201);
});

for (const [what, error, level] of [
  ['a client that goes away', Object.assign(new Error('read ECONNRESET'), {code: 'ECONNRESET'}), 'debug'],
  ['an answer that breaks for a reason of ours', new TypeError('a bug'), 'error'],
] as const) {
  test(`${what} is logged at level ${level}`, t => {
    const lines: string[] = [];
    const log = createLog('test', 'debug', {write: line => lines.push(line), flush: () => Promise.resolve(true)});

    app(echo, {...testParts(), log}).emit('error', error);

    t.like(JSON.parse(lines.join('')), {level, msg: 'response failed', err: {message: error.message}});
  });
}

test('a client that resets its connection leaves no line above debug', async t => {
  const lines: string[] = [];
  const log = createLog('test', 'debug', {write: line => lines.push(line), flush: () => Promise.resolve(true)});
  const [reached, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow: Handle = async () => (reached.resolve(), await answered.promise, {name: 'a'});
  const things = await startThings(t, slow, {...testParts(), log});
  const client = connect(Number(new URL(String(things.defaults.options.prefixUrl)).port), '127.0.0.1');
  client.write(`GET /api/things/${newId()} HTTP/1.1\r\nHost: a\r\n\r\n`);
  await reached.promise;

  client.resetAndDestroy();
  while (!lines.some(line => line.includes('response failed'))) await new Promise(setImmediate);
  answered.resolve();

  const levels = lines.filter(line => line.includes('response failed')).map(line => /"level":"(\w+)"/u.exec(line)?.[1]);
  t.deepEqual(new Set(levels), new Set(['debug']));
});
