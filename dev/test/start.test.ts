import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {promisify} from 'node:util';
import test from 'ava';
import {until} from '#platform/test/until.ts';
import {services} from '../config.ts';
import {requireFree} from '../ports.ts';
import {settingsOf, start} from './npm-start.ts';

const shell = promisify(execFile);

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

type Child = Awaited<ReturnType<typeof start>>['child'];

for (const [how, end] of [
  ['the terminal is closed', (child: Child) => void child.kill('SIGHUP')],
  ['SIGQUIT ends it', (child: Child) => void child.kill('SIGQUIT')],
  [
    'Ctrl-C is pressed twice',
    async (child: Child) => {
      child.kill('SIGINT');
      await wait(300);
      child.kill('SIGINT');
    },
  ],
  [
    'nobody reads what it prints',
    async (child: Child, port: number) => {
      child.stdout.destroy();
      // Has it print a line, unless it had one to print anyway and is ending already.
      await fetch(`http://127.0.0.1:${port}/openapi.json`).catch(() => undefined);
    },
  ],
] as const) {
  test(`npm start leaves nothing behind when ${how}`, async t => {
    const {ports, env} = await settingsOf(t);
    const {child} = await start(t, env, ['users']);
    const exited = once(child, 'exit');

    await end(child, ports.USERS_PORT);

    t.deepEqual(await exited, [0, null]);
    await t.notThrowsAsync(requireFree(ports));
  });
}

test('a start after one that was killed names what it left, and how to end it', async t => {
  const {ports, env} = await settingsOf(t);
  const killed = await start(t, env, ['users']);
  killed.child.kill('SIGKILL');
  await once(killed.child, 'exit');

  const second = await start(t, env, ['users']);
  const errors = (await second.errors()).join('');
  const [, command = ''] = /An earlier npm start was killed .*This ends them: (kill \d+ \d+)\n$/u.exec(errors) ?? [];
  await shell('sh', ['-c', command]);

  t.regex(errors, new RegExp(`^Port ${ports.USERS_PORT} is in use`, 'u'));
  t.deepEqual(await second.closed, [1, null]);
  await until(() => isFree(ports));
  t.pass();
});

const isFree = (ports: Record<string, number>): Promise<boolean> =>
  requireFree(ports).then(
    () => true,
    () => false,
  );

test('a start beside one that runs names it', async t => {
  const {env} = await settingsOf(t);
  const first = await start(t, env, ['users']);

  const second = await start(t, env, ['users']);

  t.regex((await second.errors()).join(''), new RegExp(`npm start runs here already.*kill ${first.child.pid}\n$`, 'u'));
});

test('a proxy in the environment is not asked for this machine', async t => {
  const {ports, env} = await settingsOf(t);
  const proxy = {NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:1', http_proxy: 'http://127.0.0.1:1'};

  const {stop} = await start(t, {...env, ...proxy, AUTH: 'token'});

  t.is(await stop(), 0);
  await t.notThrowsAsync(requireFree(ports));
});

test('a start that waits says for what', async t => {
  const {ports, env} = await settingsOf(t);
  const child = spawn(process.execPath, ['dev/main.ts', 'users'], {
    env: {...process.env, ...env, USERS_MONGO_URL: 'mongodb://127.0.0.1:1/users'},
  });
  t.teardown(() => child.kill('SIGTERM'));

  let said = '';
  for await (const chunk of child.stdout.setEncoding('utf8').iterator({destroyOnReturn: false})) {
    said += String(chunk);
    if (said.includes('waiting')) break;
  }
  const exited = once(child, 'exit');
  child.kill('SIGTERM');

  t.true(said.includes(`waiting for users (http://127.0.0.1:${ports.USERS_OPS_PORT}/readyz says why) …`));
  t.deepEqual(await exited, [0, null]);
  await t.notThrowsAsync(requireFree(ports));
});

for (const [version, isEnough] of [
  ['20.20.2', false],
  ['24.11.9', false],
  ['24.12.0', true],
  ['26.0.0', true],
] as const) {
  test(`npm start ${isEnough ? 'runs' : 'names the Node that it needs'} on Node ${version}`, async t => {
    const pretend = `Object.defineProperty(process, 'versions', {value: {...process.versions, node: '${version}'}})`;
    const imports = [`data:text/javascript,${pretend}`, './dev/require-node.js'].flatMap(file => ['--import', file]);
    const child = spawn(process.execPath, [...imports, '--eval', '']);
    const errors = (await child.stderr.setEncoding('utf8').toArray()).join('');

    t.is(errors.startsWith(`This needs Node 24.12 or newer. It is run by Node ${version}: `), !isEnough);
    t.is(errors === '', isEnough);
  });
}

test('npm start looks at its Node before it runs any TypeScript', async t => {
  const {scripts} = JSON.parse(await readFile('package.json', 'utf8')) as {scripts: {start: string}};

  t.is(scripts.start, 'node --import ./dev/require-node.js dev/main.ts');
});
