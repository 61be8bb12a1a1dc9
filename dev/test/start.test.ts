import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {services} from '../config.ts';
import {freePort, requireFree} from '../ports.ts';

const shell = promisify(execFile);

async function settingsOf(t: ExecutionContext) {
  const folder = await mkdtemp(join(tmpdir(), 'duet-start-'));
  t.teardown(() => rm(folder, {recursive: true, force: true}));
  const ports = {
    USERS_PORT: await freePort(),
    USERS_OPS_PORT: await freePort(),
    USERS_MONGO_PORT: await freePort(),
    ORDERS_PORT: await freePort(),
    ORDERS_OPS_PORT: await freePort(),
    ORDERS_MONGO_PORT: await freePort(),
  };
  const env = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
  return {ports, env: {...env, DATA_FOLDER: folder}};
}

/** Runs what `npm start` runs, until the banner is printed. */
async function start(t: ExecutionContext, env: Record<string, string>, names = ['users', 'orders']) {
  const child = spawn(process.execPath, ['dev/main.ts', ...names], {
    env: {...process.env, ...env},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGTERM'));
  const closed = once(child, 'close');
  let said = '';
  for await (const chunk of child.stdout.setEncoding('utf8').iterator({destroyOnReturn: false})) {
    said += String(chunk);
    if (said.includes('Ctrl-C stops everything.')) break;
  }
  let log = '';
  child.stdout.on('data', chunk => (log += String(chunk)));
  const stop = async () => {
    child.kill('SIGINT');
    return (await closed)[0] as number;
  };
  return {said, log: () => log, stop, errors: () => child.stderr.setEncoding('utf8').toArray(), closed};
}

/** Runs the calls of the banner as they are printed. Returns what the last one answers. */
async function tryIt(said: string): Promise<{status: string}[]> {
  const calls = said.split('\n').filter(line => /^  (?:\w+=|curl)/u.test(line));
  const {stdout} = await shell('sh', ['-c', calls.join('\n')]);
  return JSON.parse(stdout.slice(stdout.indexOf('}[') + 1)) as {status: string}[];
}

test('Ctrl-C during npm start stops everything that was started', async t => {
  const {ports, env} = await settingsOf(t);
  const child = spawn(process.execPath, ['dev/main.ts', 'users', 'orders'], {env: {...process.env, ...env}});
  t.teardown(() => child.kill('SIGKILL'));
  const closed = once(child, 'close');

  // The first mongod runs, but is not ready.
  const lock = join(env.DATA_FOLDER, 'users', 'mongod.lock');
  while (!existsSync(lock)) await wait(20);
  child.kill('SIGINT');
  await closed;

  await t.notThrowsAsync(requireFree(ports));
});

test('npm start serves the calls that it prints, stops completely, and keeps its data for the next start', async t => {
  const {ports, env} = await settingsOf(t);

  const first = await start(t, env);
  const orders = await tryIt(first.said);
  const firstExit = await first.stop();
  await requireFree(ports);
  const second = await start(t, env);
  const response = await fetch(`http://127.0.0.1:${ports.ORDERS_PORT}/api/orders`);
  const kept = (await response.json()) as unknown[];
  const secondExit = await second.stop();

  t.deepEqual(
    orders.map(({status}) => status),
    ['pending'],
  );
  t.is(kept.length, 1);
  t.deepEqual([firstExit, secondExit], [0, 0]);
});

test('with AUTH=token, npm start serves the calls that it prints, refuses calls without a token, and logs no secret', async t => {
  const {ports, env} = await settingsOf(t);

  const {said, log, stop} = await start(t, {...env, AUTH: 'token', LOG_LEVEL: 'debug'});
  const orders = await tryIt(said);
  const {status} = await fetch(`http://127.0.0.1:${ports.ORDERS_PORT}/api/orders`);
  const exit = await stop();

  t.deepEqual(
    orders.map(({status}) => status),
    ['pending'],
  );
  t.is(status, 401);
  t.is(exit, 0);
  t.regex(log(), /"route":"\/api\/sessions","status":201/u);
  t.notRegex(log(), /eyJ|horse|@example|PRIVATE/u);
});

test('npm start reports a port in use in one line, before it starts anything', async t => {
  const {ports, env} = await settingsOf(t);
  const taken = createServer().listen(ports.ORDERS_OPS_PORT);
  await once(taken, 'listening');
  t.teardown(() => taken.close());

  const {errors, closed} = await start(t, env);

  t.is(
    (await errors()).join(''),
    `Port ${ports.ORDERS_OPS_PORT} is in use. Stop the process that uses it, or set ORDERS_OPS_PORT to another port.\n`,
  );
  t.deepEqual(await closed, [1, null]);
});

test('npm start refuses the name of an unknown service, and lists the known ones', async t => {
  const {env} = await settingsOf(t);

  const {errors, closed} = await start(t, env, ['user']);

  t.is(
    (await errors()).join(''),
    `There is no service user; choose from ${services.map(({name}) => name).join(', ')}.\n`,
  );
  t.deepEqual(await closed, [1, null]);
});
