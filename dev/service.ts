import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as wait} from 'node:timers/promises';
import {nodeFlags} from './node-flags.ts';
import {stop} from './process.ts';
import type {Part} from './supervise.ts';

type Options = {output?: 'inherit' | 'ignore'; signal?: AbortSignal | undefined};

/** A service as a process of its own; resolves when it is ready. The signal kills it, ready or not. */
export async function startService(
  name: string,
  env: Record<string, string>,
  {output = 'inherit', signal}: Options = {},
): Promise<Part> {
  const fullEnv = {...process.env, ...env};
  // A group of its own: Ctrl-C in the terminal must reach the services in our order.
  const child = spawn(process.execPath, [...nodeFlags(fullEnv), `services/${name}/main.ts`], {
    detached: true,
    stdio: ['ignore', output, output],
    env: fullEnv,
    signal,
    killSignal: 'SIGKILL',
  });
  const exited = new AbortController();
  const died = once(child, 'exit').then(([code, endedBy]) => {
    throw new Error(`${name} ended with ${code ?? endedBy} before it was ready`);
  });
  child.once('exit', () => exited.abort());
  await Promise.race([untilReady(Number(env['OPS_PORT']), exited.signal), died]);
  died.catch(() => undefined);
  return {process: child, stop: () => stop(child)};
}

async function untilReady(opsPort: number, signal: AbortSignal): Promise<void> {
  while (!(await isReady(opsPort))) await wait(50, undefined, {signal});
}

async function isReady(opsPort: number): Promise<boolean> {
  try {
    const {ok} = await fetch(`http://127.0.0.1:${opsPort}/readyz`);
    return ok;
  } catch {
    return false;
  }
}
