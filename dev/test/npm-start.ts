import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {freePort} from '../ports.ts';

/** The settings of `npm start` on free ports, with a new data folder. Its page sends nothing by itself. */
export async function settingsOf(t: ExecutionContext) {
  const folder = await mkdtemp(join(tmpdir(), 'duet-start-'));
  t.teardown(() => rm(folder, {recursive: true, force: true}));
  const ports = {
    USERS_PORT: await freePort(),
    USERS_OPS_PORT: await freePort(),
    USERS_MONGO_PORT: await freePort(),
    ORDERS_PORT: await freePort(),
    ORDERS_OPS_PORT: await freePort(),
    ORDERS_MONGO_PORT: await freePort(),
    PAGE_PORT: await freePort(),
  };
  const env = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
  return {ports, env: {...env, DATA_FOLDER: folder, PAGE_TRICKLE_S: '0'}};
}

/** Runs what `npm start` runs, until the banner is printed. */
export async function start(t: ExecutionContext, env: Record<string, string>, names = ['users', 'orders']) {
  const child = spawn(process.execPath, ['dev/main.ts', ...names], {
    env: {...process.env, ...env},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  t.teardown(async () => {
    child.kill('SIGTERM');
    // Its databases write into the data folder, which goes next, until they have ended.
    await exited;
  });
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
  return {child, said, log: () => log, stop, errors: () => child.stderr.setEncoding('utf8').toArray(), closed};
}
