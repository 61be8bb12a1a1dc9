import {setTimeout as wait} from 'node:timers/promises';
import {freePort} from '../../dev/ports.ts';
import {startService, type ServiceOptions} from '../../dev/service.ts';
import type {Part} from '../../dev/supervise.ts';
import {execute} from './execute.ts';

/** A service or a database that can be signalled, killed and started again. */
export type Restartable = {
  signal(name: NodeJS.Signals): void;
  /** Sends SIGSTOP; resolves when the process has stopped: on a busy machine it may serve on for some milliseconds. */
  freeze(): Promise<void>;
  /** Sends SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>;
  /** Starts it again on the same ports and data, with `changed` over its settings; resolves when it is ready. */
  start(changed?: Record<string, string>): Promise<void>;
  stop(): Promise<void>;
};

/** Starts a part, and can start it again in the same way. */
export async function startRestartable(
  start: (changed?: Record<string, string>) => Promise<Part>,
): Promise<Restartable> {
  let part = await start();
  return {
    signal: name => void part.process.kill(name),
    async freeze() {
      part.process.kill('SIGSTOP');
      while (!(await isStopped(part.process.pid))) await wait(10);
    },
    async kill() {
      part.process.kill('SIGKILL');
      await part.stop();
    },
    async start(changed) {
      part = await start(changed);
    },
    stop: () => part.stop(),
  };
}

const isStopped = async (pid = 0): Promise<boolean> =>
  (await execute('ps', ['-o', 'state=', '-p', String(pid)])).trim().startsWith('T');

export type RestartableService = Restartable & {url: string; opsUrl: string};

/** Starts a service on free ports, by default without its output. The signal kills it. */
export async function startRestartableService(
  name: string,
  env: Record<string, string>,
  {output = 'ignore', signal, folder}: ServiceOptions = {},
): Promise<RestartableService> {
  const [port, opsPort] = [await freePort(), await freePort()];
  const settings = {PORT: String(port), OPS_PORT: String(opsPort), DRAIN_MS: '0', ...env};
  const service = await startRestartable(changed =>
    startService(name, {...settings, ...changed}, {output, signal, folder}),
  );
  return {...service, url: `http://127.0.0.1:${port}`, opsUrl: `http://127.0.0.1:${opsPort}`};
}
