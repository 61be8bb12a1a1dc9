import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {hasEnded, stop} from '../process.ts';
import {supervise, type Part} from '../supervise.ts';

/** Parts that run until they are killed, in the order in which they were started. */
function startable() {
  const started: Part[] = [];
  const start = async () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 1000)'], {stdio: 'ignore'});
    await once(child, 'spawn');
    const part = {process: child, stop: () => stop(child)};
    started.push(part);
    return part;
  };
  return {started, start};
}

/** Collects the lines that are said; `back` resolves after a restart. */
function listener() {
  const {promise, resolve} = Promise.withResolvers<void>();
  const lines: string[] = [];
  const say = (line: string) => {
    lines.push(line);
    if (line.endsWith('is running again')) resolve();
  };
  return {lines, say, back: promise};
}

test('a process that was killed is restarted, and both are reported', async t => {
  const {started, start} = startable();
  const {lines, say, back} = listener();
  const supervised = supervise('users', start, 100, say);
  await supervised.started;

  started[0]?.process.kill('SIGKILL');
  await back;
  await supervised.stop();

  t.deepEqual(lines, ['users exited (SIGKILL), restarting in 0.1 s', 'users is running again']);
  t.is(started.length, 2);
});

test('a stopped process is not restarted', async t => {
  const {started, start} = startable();
  const {lines, say} = listener();
  const supervised = supervise('users', start, 0, say);
  await supervised.started;

  await supervised.stop();

  t.true(started.every(part => hasEnded(part.process)));
  t.deepEqual(lines, []);
});

test('a process can be stopped while it waits for its restart', async t => {
  const {started, start} = startable();
  const said = Promise.withResolvers<string>();
  const supervised = supervise('users', start, 60_000, said.resolve);
  await supervised.started;
  started[0]?.process.kill('SIGKILL');
  await said.promise;

  await supervised.stop();

  t.is(started.length, 1);
});

test('a process can be stopped before it is ready', async t => {
  const said = listener();
  const child = Promise.withResolvers<Part['process']>();
  const neverReady = async (signal: AbortSignal) => {
    const process_ = spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 1000)'], {signal});
    child.resolve(process_);
    await once(process_, 'exit');
    throw new Error('ended');
  };
  const supervised = supervise('users', neverReady, 0, said.say);
  const process_ = await child.promise;

  const failed = t.throwsAsync(supervised.started);
  await supervised.stop();

  await failed;
  t.true(process_.killed);
  t.deepEqual(said.lines, []);
});

test('a restart that fails is tried again', async t => {
  const {started, start} = startable();
  const {lines, say, back} = listener();
  let failures = 1;
  const flaky = () => (started.length === 1 && failures-- > 0 ? Promise.reject(new Error('port in use')) : start());
  const supervised = supervise('users', flaky, 0, say);
  await supervised.started;

  started[0]?.process.kill('SIGKILL');
  await back;
  await supervised.stop();

  t.true(lines.includes('port in use'));
});

test('a part that is down or runs is restarted at once when it is told to', async t => {
  const {started, start} = startable();
  const {lines, say} = listener();
  const supervised = supervise('users', start, 60_000, say);
  await supervised.started;

  const running = async (count: number) => {
    while (started.length < count || supervised.state() !== 'running') await wait(5);
  };
  supervised.kill();
  while (supervised.state() !== 'down') await wait(5);
  await supervised.restart();
  await running(2);
  await supervised.restart();
  await running(3);
  await supervised.stop();

  t.is(lines.filter(line => line.endsWith('is running again')).length, 2);
});

test('a frozen part does nothing until it is resumed, and can be stopped', async t => {
  const {started, start} = startable();
  const supervised = supervise('users', start, 0, () => undefined);
  await supervised.started;

  supervised.freeze();
  t.is(supervised.state(), 'frozen');
  supervised.freeze();
  supervised.resume();
  t.is(supervised.state(), 'running');
  supervised.freeze();
  await supervised.stop();

  t.is(started.length, 1);
});
