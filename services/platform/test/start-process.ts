import {spawn, type ChildProcess, type ChildProcessWithoutNullStreams} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import type {ExecutionContext} from 'ava';

export type Line = Record<string, unknown> & {port?: number; opsPort?: number};

const SETTINGS = {
  MONGO_URL: 'mongodb://user:canary@127.0.0.1/things',
  PORT: '0',
  OPS_PORT: '0',
  DRAIN_MS: '0',
  SHUTDOWN_MS: '20000',
};

const MODULES = `
  import Koa from 'koa';
  import * as z from 'zod';
  import {boot, serve, untilOpen} from '#platform/lifecycle.ts';
  import {databaseSettings} from '#platform/mongo/settings.ts';
  import {baseSettings} from '#platform/settings.ts';
  const settings = z.object({...baseSettings({api: 0, ops: 0}), ...databaseSettings});
  const app = new Koa();
  process.stdin.once('end', () => process.exit()).resume();`;

/** Boots, serves `app`, and logs when its database would be closed. */
export const SERVE = `
  const service = await boot('things', settings);
  await serve(app, service, async () => service.log.info('database closed'));`;

/**
 * Runs this code in a process, with its standard output as a pipe or in this file. It ends with the test run, even if
 * that is killed.
 */
export function spawnProcess(t: ExecutionContext, code: string, env: Record<string, string>, stdout: 'pipe' | number) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', MODULES + code], {
    env: {...SETTINGS, ...env},
    stdio: ['pipe', stdout, 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  return child as ChildProcessWithoutNullStreams;
}

/** Runs this code in a process and collects its log lines. */
export function startProcess(t: ExecutionContext, code: string, env: Record<string, string> = {}) {
  const child = spawnProcess(t, code, env, 'pipe');
  const lines: Line[] = [];
  let hasEnded = false;
  const reader = createInterface({input: child.stdout});
  reader.on('line', line => lines.push(JSON.parse(line) as Line));
  reader.once('close', () => (hasEnded = true));
  const seen = async (msg: string): Promise<Line> => {
    for (;;) {
      const line = lines.find(candidate => candidate['msg'] === msg);
      if (line) return line;
      if (hasEnded) throw new Error(`the process ended before it logged "${msg}"`);
      await Promise.race([once(reader, 'line'), once(reader, 'close')]);
    }
  };
  return {child, lines, seen, exitCode: exitOf(child)};
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}
