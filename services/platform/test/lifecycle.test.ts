import {once} from 'node:events';
import {Agent} from 'node:http';
import {connect, createServer, type AddressInfo, type Socket} from 'node:net';
import {networkInterfaces} from 'node:os';
import {setTimeout as wait} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import got from 'got';
import {SERVE, startProcess, type Line} from './start-process.ts';

/** The URL of a server that accepts connections and never answers. */
async function silentServer(t: ExecutionContext): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => sockets.add(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function isOpen(port: number, host = '127.0.0.1'): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** The app of a service without routes. */
const THINGS = `
  import {createHttpApp} from '#platform/http.ts';
  const service = await boot('things', settings);
  await serve(createHttpApp({...service, corsOrigins: []}, {}, [], {}), service, async () => undefined);`;

test('a service with invalid settings does not start, and reports all of them', async t => {
  const {child, lines, exitCode} = startProcess(t, SERVE, {PORT: 'http', MONGO_URL: 'http://somewhere'});
  const errors = (await child.stderr.setEncoding('utf8').toArray()).join('');

  t.is(await exitCode, 1);
  t.regex(errors, /^Invalid settings:\n  PORT: [^]*MONGO_URL: /u);
  t.deepEqual(lines, []);
});

test('a service whose drain would outlive its shutdown does not start', async t => {
  const {child, exitCode} = startProcess(t, SERVE, {DRAIN_MS: '20000', SHUTDOWN_MS: '10000'});
  const errors = (await child.stderr.setEncoding('utf8').toArray()).join('');

  t.is(await exitCode, 1);
  t.is(errors, 'Invalid settings:\n  DRAIN_MS: must be less than SHUTDOWN_MS\n');
});

/** An address of this machine that other machines use, if it has one. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find(each => each?.family === 'IPv4' && !each.internal)?.address;

for (const [what, env, isReachable] of [
  ['on every address', {}, true],
  ['only on the loopback address with LISTEN_HOST=127.0.0.1', {LISTEN_HOST: '127.0.0.1'}, false],
] as const) {
  (outside ? test : test.skip)(`a service listens ${what}`, async t => {
    const {seen} = startProcess(t, SERVE, env);
    const {opsPort} = await seen('starting');
    const {port} = await seen('ready');

    for (const each of [Number(port), Number(opsPort)]) {
      t.true(await isOpen(each));
      t.is(await isOpen(each, outside), isReachable);
    }
  });
}

test('the settings are logged at startup, with secrets masked', async t => {
  const {seen} = startProcess(t, SERVE);

  const line = await seen('starting');

  t.like(line, {settings: {DRAIN_MS: 0, MONGO_URL: '***'}});
  t.notRegex(JSON.stringify(line), /canary/u);
});

test('a port in use is logged in one line, and the process ends with exit code 1', async t => {
  const taken = createServer().listen(0);
  t.teardown(() => taken.close());
  const {port} = taken.address() as AddressInfo;
  const {seen, exitCode} = startProcess(t, SERVE, {PORT: String(port)});

  const line = await seen('port cannot be opened');

  t.like(line, {level: 'fatal', err: {code: 'EADDRINUSE'}});
  t.regex(JSON.stringify(line), new RegExp(`address already in use [^"]*:${port}"`, 'u'));
  t.is(await exitCode, 1);
});

test('an unhandled rejection is logged and ends the process with exit code 1', async t => {
  const {seen, exitCode} = startProcess(
    t,
    SERVE.replace('await serve', 'void Promise.reject(new Error("boom")); await serve'),
  );

  t.like(await seen('unhandled rejection'), {level: 'fatal', err: {message: 'boom'}});
  t.is(await exitCode, 1);
});

test('on SIGTERM a request in flight is answered, the database closes last, and the exit code is 0', async t => {
  const {child, seen, lines, exitCode} = startProcess(
    t,
    `let release;
     const released = new Promise(resolve => (release = resolve));
     process.once('SIGTERM', () => setTimeout(release, 300));
     app.use(async ctx => { console.log('{"msg":"handling"}'); await released; ctx.body = 'done'; });${SERVE}`,
  );
  const {port} = await seen('ready');
  const answer = got(`http://127.0.0.1:${port}`);
  await seen('handling');

  child.kill('SIGTERM');

  t.is((await answer).body, 'done');
  t.is(await exitCode, 0);
  t.deepEqual(lines.map(({msg}) => msg).slice(-3), ['draining', 'database closed', 'stopped']);
});

test('on SIGTERM a request that is still arriving is read to its end and answered', async t => {
  const {child, seen, exitCode} = startProcess(
    t,
    `app.use(async ctx => { console.log('{"msg":"reading"}'); ctx.body = (await ctx.req.toArray()).join(''); });${SERVE}`,
  );
  const {port} = await seen('ready');
  const client = connect(Number(port), '127.0.0.1').setEncoding('utf8');
  client.write('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\nhalf ');
  await seen('reading');

  child.kill('SIGTERM');
  while (await isOpen(Number(port))) await wait(20);
  client.write('whole');

  t.regex((await client.toArray()).join(''), /^HTTP\/1.1 200 [^]*half whole$/u);
  t.is(await exitCode, 0);
});

test('keep-alive clients lose no request, because they are told to reconnect before the port closes', async t => {
  const {child, seen, exitCode} = startProcess(t, THINGS, {DRAIN_MS: '5000'});
  const {port} = await seen('ready');
  const answered = new Set<number>();
  const untilToldToGo = async (client: number): Promise<number> => {
    const agent = {http: new Agent({keepAlive: true, maxSockets: 1})};
    for (;;) {
      const {statusCode, headers} = await got(`http://127.0.0.1:${port}/openapi.json`, {agent, retry: {limit: 0}});
      answered.add(client);
      if (headers.connection === 'close') return statusCode;
    }
  };

  const clients = Array.from({length: 20}, (_, client) => untilToldToGo(client));
  while (answered.size < 20) await Promise.race([...clients, wait(10)]);
  child.kill('SIGTERM');

  t.deepEqual(await Promise.all(clients), Array(20).fill(200));
  t.is(await exitCode, 0);
});

test('after SIGTERM the service is unready at once and keeps serving for DRAIN_MS', async t => {
  const {child, seen, exitCode} = startProcess(t, `app.use(ctx => { ctx.body = 'served'; });${SERVE}`, {
    DRAIN_MS: '5000',
  });
  const {opsPort} = await seen('starting');
  const {port} = await seen('ready');

  child.kill('SIGTERM');
  await seen('draining');

  const ready = await got(`http://127.0.0.1:${opsPort}/readyz`, {throwHttpErrors: false, retry: {limit: 0}});
  t.is(ready.statusCode, 503);
  t.is((await got(`http://127.0.0.1:${port}`)).body, 'served');
  t.is(await exitCode, 0);
});

test('a client that connects and sends nothing does not keep the process from ending with exit code 0', async t => {
  const {child, seen, exitCode} = startProcess(t, SERVE);
  const {port} = await seen('ready');
  const silent = connect(Number(port), '127.0.0.1');
  await once(silent, 'connect');

  child.kill('SIGTERM');

  t.is(await exitCode, 0);
});

for (const [what, open] of [
  ['refuses', () => Promise.resolve('http://127.0.0.1:1')],
  ['never answers', silentServer],
] as const) {
  test(`a collector that ${what} delays no request, and the process ends with exit code 0`, async t => {
    const {child, seen, exitCode} = startProcess(t, THINGS, {
      OTEL_EXPORTER_OTLP_ENDPOINT: await open(t),
      OTEL_BSP_SCHEDULE_DELAY: '100',
    });
    const {port} = await seen('ready');

    const answer = await got(`http://127.0.0.1:${port}/openapi.json`, {timeout: {request: 2_000}});
    child.kill('SIGTERM');

    t.is(answer.statusCode, 200);
    t.regex(String(answer.headers['traceresponse']), /-01$/u);
    t.is(await exitCode, 0);
  });
}

test('a request that does not end is cut after SHUTDOWN_MS, and the process ends with exit code 1', async t => {
  const {child, seen, exitCode} = startProcess(
    t,
    `app.use(() => { console.log('{"msg":"handling"}'); return new Promise(() => undefined); });${SERVE}`,
    {SHUTDOWN_MS: '300'},
  );
  const {port} = await seen('ready');
  const answer = t.throwsAsync(got(`http://127.0.0.1:${port}`, {retry: {limit: 0}}));
  await seen('handling');

  child.kill('SIGTERM');

  t.is(await exitCode, 1);
  await answer;
});

test('until its database can be opened, the service retries, is alive and unready, and says why', async t => {
  const {child, seen} = startProcess(
    t,
    `const service = await boot('things', settings);
     let isOpen = false;
     process.once('SIGUSR2', () => (isOpen = true));
     await untilOpen(async () => { if (!isOpen) throw new Error('Authentication failed.'); }, service);
     await serve(app, service, async () => undefined);`,
  );
  await seen('MongoDB cannot be used yet');
  const {opsPort} = await seen('starting');

  const [live, ready] = await Promise.all([
    got(`http://127.0.0.1:${opsPort}/livez`),
    got<Line>(`http://127.0.0.1:${opsPort}/readyz`, {throwHttpErrors: false, retry: {limit: 0}, responseType: 'json'}),
  ]);

  t.is(live.statusCode, 200);
  t.is(ready.statusCode, 503);
  t.deepEqual(ready.body, {ready: false, failing: {startup: 'MongoDB: Authentication failed.'}});
  child.kill('SIGUSR2');
  await seen('ready');
});

test('SIGTERM before the service is ready ends it with exit code 0', async t => {
  const {child, seen, exitCode} = startProcess(
    t,
    `const service = await boot('things', settings);
     await untilOpen(async () => { throw new Error('down'); }, service);`,
  );
  await seen('MongoDB cannot be used yet');

  child.kill('SIGTERM');

  t.is(await exitCode, 0);
});
