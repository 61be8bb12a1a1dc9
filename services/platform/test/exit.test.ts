import {once} from 'node:events';
import {existsSync, openSync} from 'node:fs';
import {createServer, type AddressInfo} from 'node:net';
import {setTimeout as wait} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import got from 'got';
import {SERVE, spawnProcess} from './start-process.ts';
import {until} from './until.ts';

/** Serves an app that logs 10 kB for each request. It throws on SIGUSR2, where nothing catches it. */
const TALKATIVE = `
  process.once('SIGUSR2', () => { throw new Error('boom'); });
  app.use(ctx => { service.log.info({text: 'x'.repeat(10_000)}, 'request'); ctx.body = 'served'; });${SERVE}`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const {port} = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A service that writes its log to `stdout`, once it serves. */
async function startTalkative(t: ExecutionContext, stdout: 'pipe' | number) {
  const [port, opsPort] = [await freePort(), await freePort()];
  const child = spawnProcess(t, TALKATIVE, {PORT: String(port), OPS_PORT: String(opsPort)}, stdout);
  const ask = (at: number, path: string) => got(`http://127.0.0.1:${at}${path}`, {timeout: {request: 5_000}}).text();
  const isReady = () =>
    ask(opsPort, '/readyz').then(
      () => true,
      () => false,
    );
  await until(isReady);

  return {
    child,
    ended: once(child, 'exit'),
    ask: () => ask(port, '/'),
    dropped: async () => Number(/^log_lines_dropped_total (\d+)$/mu.exec(await ask(opsPort, '/metrics'))?.[1]),
  };
}

const withFullDisk = existsSync('/dev/full') ? test : test.skip;

withFullDisk(
  'a service whose log is on a full disk serves, counts the lost lines, and ends with its exit code',
  async t => {
    const {child, ended, ask, dropped} = await startTalkative(t, openSync('/dev/full', 'w'));

    for (let count = 0; count < 100; count++) t.is(await ask(), 'served');

    while ((await dropped()) < 100) await wait(50);
    child.kill('SIGTERM');
    t.deepEqual(await ended, [0, null]);
  },
);

withFullDisk('a service whose log is on a full disk ends when it has an error that nothing catches', async t => {
  const {child, ended} = await startTalkative(t, openSync('/dev/full', 'w'));

  child.kill('SIGUSR2');

  t.deepEqual(await ended, [1, null]);
});

for (const [signal, how] of [
  ['SIGTERM', 'on SIGTERM'],
  ['SIGUSR2', 'when it has an error that nothing catches'],
] as const) {
  test(`a service whose log nobody reads serves, counts the lost lines, and ends within seconds ${how}`, async t => {
    const {child, ended, ask, dropped} = await startTalkative(t, 'pipe');

    for (let count = 0; count < 300; count++) t.is(await ask(), 'served');

    t.true((await dropped()) > 0);
    const start = performance.now();
    child.kill(signal);
    await ended;
    t.true(performance.now() - start < 5_000);
  });
}

test('the last line of a process that dies is written', async t => {
  const {child, ended} = await startTalkative(t, 'pipe');

  const lines = child.stdout.setEncoding('utf8').toArray();
  child.kill('SIGUSR2');

  t.deepEqual(await ended, [1, null]);
  t.regex((await lines).join(''), /"level":"fatal".*"message":"boom".*"uncaught exception"\}\n$/u);
});
