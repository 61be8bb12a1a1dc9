import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {Agent, get, type IncomingMessage} from 'node:http';
import {setTimeout as wait} from 'node:timers/promises';
import {nodeFlags} from './node-flags.ts';
import {stop} from './process.ts';
import type {Part} from './supervise.ts';

/** Where a service writes its log; a number is a file descriptor. */
export type Output = 'pipe' | 'ignore' | number;

export type ServiceOptions = {
  output?: Output | undefined;
  signal?: AbortSignal | undefined;
  /** The folder of the checkout whose service it is; by default this one. */
  folder?: string | undefined;
  /** Called as soon as the process exists. */
  onSpawn?: (child: ChildProcess) => void;
};

/**
 * Starts a service as a process. Resolves when its /readyz answers 200. The signal kills it at any time.
 * @throws an error if it exits before that.
 */
export async function startService(
  name: string,
  env: Record<string, string>,
  {output = 'ignore', signal, folder, onSpawn}: ServiceOptions = {},
): Promise<Part> {
  const fullEnv = {...process.env, ...env};
  // Not in our process group: on Ctrl-C in the terminal we stop the services, in our order.
  const child = spawn(process.execPath, [...nodeFlags(fullEnv, folder), `services/${name}/main.ts`], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', output, output],
    env: fullEnv,
    signal,
    killSignal: 'SIGKILL',
  });
  onSpawn?.(child);
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

// Node's own agent would ask the proxy that HTTP_PROXY names for this machine.
const direct = new Agent();

async function isReady(opsPort: number): Promise<boolean> {
  try {
    const request = get({host: '127.0.0.1', port: opsPort, path: '/readyz', agent: direct});
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode === 200;
  } catch {
    return false;
  }
}
