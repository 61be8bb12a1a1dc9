import {once} from 'node:events';
import {createServer, type RequestListener} from 'node:http';
import {createServer as createTcpServer, type AddressInfo, type Server, type Socket} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import {newContext, runInContext} from '#platform/context.ts';
import {AppError} from '#platform/errors.ts';
import {newId} from '#platform/ids.ts';
import {createFindUser} from '../users-client.ts';

const id = newId();
const timeouts = {USERS_CONNECT_MS: 200, USERS_ATTEMPT_MS: 500, USERS_CHECK_MS: 1_200};

/** A client of what listens here. */
async function clientOf(t: ExecutionContext, server: Server, settings: Partial<typeof timeouts> = {}) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const {port} = server.address() as AddressInfo;
  return createFindUser({...timeouts, ...settings, USERS_URL: `http://127.0.0.1:${port}`});
}

const clientOfHttp = (t: ExecutionContext, listener: RequestListener) => {
  const server = createServer(listener);
  t.teardown(() => server.closeAllConnections());
  return clientOf(t, server);
};

const clientOfTcp = (t: ExecutionContext, listener: (socket: Socket) => void) =>
  clientOf(
    t,
    createTcpServer(socket => listener(socket.on('error', () => undefined))),
  );

test('a user that users knows is found by one HEAD', async t => {
  const seen: unknown[] = [];
  const findUser = await clientOfHttp(t, ({method, url}, response) => {
    seen.push([method, url]);
    response.end();
  });

  t.deepEqual(await findUser(id), {id});
  t.deepEqual(seen, [['HEAD', `/api/users/${id}`]]);
});

test('a user that users does not know is undefined', async t => {
  const findUser = await clientOfHttp(t, (_request, response) => {
    response.writeHead(404, {'x-problem-code': 'user_not_found'}).end();
  });

  t.is(await findUser(id), undefined);
});

test('the token of the caller is passed on, and nothing without one', async t => {
  const seen: unknown[] = [];
  const findUser = await clientOfHttp(t, ({headers}, response) => {
    seen.push(headers.authorization);
    response.end();
  });

  await findUser(id, 'abc.def.ghi');
  await findUser(id);

  t.deepEqual(seen, ['Bearer abc.def.ghi', undefined]);
});

for (const [status, code] of [
  [401, 'unauthorized'],
  [403, 'forbidden'],
] as const) {
  test(`a caller to whom users says ${code} is unauthorized here`, async t => {
    const findUser = await clientOfHttp(t, (_request, response) => {
      response.writeHead(status, {'x-problem-code': code}).end();
    });

    const error = await t.throwsAsync(findUser(id, 'abc.def.ghi'), {instanceOf: AppError});

    t.is(error?.kind.code, 'unauthorized');
  });
}

for (const [what, listener] of [
  ['a 404 without our header', (_request, response) => response.writeHead(404).end()],
  ['a 404 with another code', (_request, response) => response.writeHead(404, {'x-problem-code': 'not_found'}).end()],
  ['our header on a 500', (_request, response) => response.writeHead(500, {'x-problem-code': 'user_not_found'}).end()],
  ['a 503', (_request, response) => response.writeHead(503).end()],
  ['a 401 without our header', (_request, response) => response.writeHead(401).end()],
  ['a 403 without our header', (_request, response) => response.writeHead(403).end()],
  ['a redirect', (_request, response) => response.writeHead(302, {location: '/elsewhere'}).end()],
  ['a 204', (_request, response) => response.writeHead(204).end()],
] as [string, RequestListener][]) {
  test(`${what} means that users is unavailable`, async t => {
    const findUser = await clientOfHttp(t, listener);

    const error = await t.throwsAsync(findUser(id), {instanceOf: AppError});

    t.is(error?.kind.code, 'users_unavailable');
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
    const findUser = await clientOfTcp(t, listener);

    const error = await t.throwsAsync(findUser(id), {instanceOf: AppError});

    t.is(error?.kind.code, 'users_unavailable');
  });
}

for (const [what, settings, message] of [
  ['one attempt takes no longer than it may', {USERS_ATTEMPT_MS: 50}, /awaiting 'request' for 50ms/u],
  ['the whole check takes no longer than it may', {USERS_CHECK_MS: 50}, /aborted due to timeout/u],
] as const) {
  test(what, async t => {
    const server = createTcpServer(() => undefined);
    const findUser = await clientOf(t, server, settings);

    const error = await t.throwsAsync(findUser(id), {instanceOf: AppError});

    t.regex(String(error.cause), message);
  });
}

test('nobody listening means that users is unavailable', async t => {
  const findUser = createFindUser({...timeouts, USERS_URL: 'http://127.0.0.1:1'});

  const error = await t.throwsAsync(findUser(id), {instanceOf: AppError});

  t.is(error?.kind.code, 'users_unavailable');
});

test('a host that does not exist means that users is unavailable', async t => {
  const findUser = createFindUser({...timeouts, USERS_URL: 'http://users.invalid'});

  const error = await t.throwsAsync(findUser(id), {instanceOf: AppError});

  t.is(error?.kind.code, 'users_unavailable');
});

// As users does; Node closes the connection behind an answer to HEAD that has no length.
const found: RequestListener = (_request, response) => response.writeHead(200, {'content-length': 100}).end();

test('connections are kept and used again', async t => {
  const sockets = new Set<Socket>();
  const findUser = await clientOfHttp(t, (request, response) => {
    sockets.add(request.socket);
    found(request, response);
  });

  for (let count = 0; count < 5; count++) await findUser(id);

  t.is(sockets.size, 1);
});

test('a connection that was reset when it was used again is tried once more', async t => {
  let requests = 0;
  const findUser = await clientOfHttp(t, (request, response) => {
    requests += 1;
    if (requests === 2) return void request.socket.resetAndDestroy();
    found(request, response);
  });

  await findUser(id);

  t.deepEqual(await findUser(id), {id});
  t.is(requests, 3);
});

test('a new connection that is reset is not tried again', async t => {
  let connections = 0;
  const findUser = await clientOfTcp(t, socket => {
    connections += 1;
    socket.once('data', () => socket.resetAndDestroy());
  });

  await t.throwsAsync(findUser(id), {instanceOf: AppError});

  t.is(connections, 1);
});

test('the trace and the id of the request are passed on', async t => {
  let headers: unknown;
  const findUser = await clientOfHttp(t, (request, response) => {
    headers = request.headers;
    response.end();
  });
  const context = newContext('', 'abc');

  await runInContext(context, () => findUser(id));

  t.like(headers, {'x-request-id': 'abc', traceparent: `00-${context.traceId}-${context.spanId}-00`});
});
