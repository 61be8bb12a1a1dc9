import {once} from 'node:events';
import {request as httpRequest, type IncomingMessage} from 'node:http';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {createPageServer} from '../page/server.ts';
import {createTraces} from '../page/traces.ts';

/** A page that has one switch. */
async function startPage(t: ExecutionContext) {
  const flipped: string[] = [];
  const traces = createTraces();
  const server = createPageServer({
    snapshot: () => Promise.resolve({parts: []}),
    flip: (name, action) => void flipped.push(`${name} ${action}`),
    press: button => Promise.reject(new Error(`pressed ${button}`)),
    traces,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => (server.close(), server.closeAllConnections()));
  const {port} = server.address() as {port: number};

  /** fetch would not send another host or origin. */
  async function ask(
    path: string,
    {headers = {}, body}: {headers?: Record<string, string>; body?: string | Buffer} = {},
  ) {
    const method = body === undefined ? 'GET' : 'POST';
    const host = `localhost:${port}`;
    const sent = httpRequest({host: '127.0.0.1', port, path, method, headers: {host, ...headers}}).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return {status: response.statusCode, headers: response.headers, body: await text(response)};
  }
  return {ask, flipped, traces, own: {origin: `http://localhost:${port}`}};
}

const KILL = JSON.stringify({name: 'users', action: 'kill'});

test('the page and its files are served with a policy that allows nothing from elsewhere, and no frame', async t => {
  const {ask} = await startPage(t);

  for (const [path, type] of [
    ['/', 'text/html'],
    ['/page.css', 'text/css'],
    ['/page.js', 'text/javascript'],
  ] as const) {
    const {status, headers, body} = await ask(path);
    t.is(status, 200);
    t.true(headers['content-type']?.startsWith(type));
    t.regex(
      String(headers['content-security-policy']),
      /default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/u,
    );
    t.notRegex(body, /https?:\/\/(?!www\.w3\.org\/2000\/svg)/u);
  }
});

test('the files of the page are small', async t => {
  const {ask} = await startPage(t);
  const sizes = await Promise.all(['/', '/page.css', '/page.js'].map(async path => (await ask(path)).body.length));

  t.true(sizes.reduce((sum, size) => sum + size, 0) < 60_000);
});

test('its own page may press a switch, twice as well', async t => {
  const {ask, flipped, own} = await startPage(t);

  for (const headers of [own, {...own, 'sec-fetch-site': 'same-origin'}]) {
    t.is((await ask('/switch', {headers, body: KILL})).status, 200);
  }
  t.deepEqual(flipped, ['users kill', 'users kill']);
});

for (const [who, headers] of [
  ['a page of another site', {origin: 'https://evil.example'}],
  ['a page of another port of this machine', {origin: 'http://localhost:1'}],
  ['a form, which sends no origin', {}],
  ['a page whose origin is hidden', {origin: 'null'}],
] as const) {
  test(`nobody else presses a switch: ${who}`, async t => {
    const {ask, flipped} = await startPage(t);

    t.is((await ask('/switch', {headers, body: KILL})).status, 403);
    t.deepEqual(flipped, []);
  });
}

test('a request that the browser calls cross-site is refused, whatever origin it has', async t => {
  const {ask, flipped, own} = await startPage(t);

  t.is((await ask('/switch', {headers: {...own, 'sec-fetch-site': 'cross-site'}, body: KILL})).status, 403);
  t.deepEqual(flipped, []);
});

test('another host name is refused, so that no other site reaches the page by DNS', async t => {
  const {ask} = await startPage(t);

  t.is((await ask('/', {headers: {host: 'evil.example'}})).status, 421);
  t.is(
    (await ask('/switch', {headers: {host: 'evil.example', origin: 'http://evil.example'}, body: KILL})).status,
    421,
  );
});

for (const [what, path, body, why] of [
  ['a body that is not JSON', '/switch', '{', /JSON/u],
  ['spans that are none', '/v1/traces', Buffer.from([255, 255, 255]), /out of range/u],
  ['a body that is too large', '/switch', ' '.repeat(4 * 1024 * 1024 + 1), /too large/u],
  ['a button that fails', '/try', JSON.stringify({button: 'place'}), /pressed place/u],
] as const) {
  test(`${what} is answered 400, and the page serves on`, async t => {
    const {ask, own} = await startPage(t);

    // Chunked, so that no length is told before.
    const headers = {'transfer-encoding': 'chunked', ...(path !== '/v1/traces' && own)};
    const answer = await ask(path, {headers, body});
    t.is(answer.status, 400);
    t.regex(answer.body, why);
    t.is((await ask('/')).status, 200);
  });
}

test('spans from a page are refused, since services send no origin', async t => {
  const {ask} = await startPage(t);

  t.is((await ask('/v1/traces', {headers: {origin: 'https://evil.example'}, body: Buffer.alloc(0)})).status, 403);
});

test('the newest 200 traces are kept', t => {
  const traces = createTraces();
  for (let n = 0; n <= 200; n += 1) {
    traces.addLine({trace_id: String(n), service: 'users', time: '', msg: '', level: 'info'});
  }

  t.is(traces.find('0'), undefined);
  t.truthy(traces.find('1'));
  t.truthy(traces.find('200'));
});
