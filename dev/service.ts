import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as wait} from 'node:timers/promises';
import {nodeFlags} from './node-flags.ts';
import {stop} from './process.ts';
import type {Part} from './supervise.ts';

/** Where a service writes its log; a number is a file descriptor. */
export type Output = 'inherit' | 'ignore' | number;

export type ServiceOptions = {output?: Output | undefined; signal?: AbortSignal | undefined};

/**
 * Starts a service as a process. Resolves when its /readyz answers 200. The signal kills it at any time.
 * @throws an error if it exits before that.
 */
export async function startService(
  name: string,
  env: Record<string, string>,
  {output = 'inherit', signal}: ServiceOptions = {},
): Promise<Part> {
  const fullEnv = {...process.env, ...env};
  // Not in our process group: on Ctrl-C in the terminal we stop the services, in our order.
  const child = spawn(process.execPath, [...nodeFlags(fullEnv), `services/${name}/main.ts`], {
    detached: true,
    stdio: ['ignore', output, output],
    env: fullEnv,
    signal,
    killSignal: 'SIGKILL',
  });
  const exited = new AbortController();
  const died = once(child, 'exit').then(([code, endedBy]) => {
    throw new Error(`${name} exited with ${code ?? endedBy} before it was ready`);
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
