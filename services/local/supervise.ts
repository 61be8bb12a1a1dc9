import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as wait} from 'node:timers/promises';
import {hasEnded} from './process.ts';

export type Part = {process: ChildProcess; stop(): Promise<void>};

/**
 * Starts a part, and starts it again some time after it died, as Kubernetes does: one can be killed and the other watched.
 * Its `stop` ends it for good.
 */
export async function supervise(
  name: string,
  start: () => Promise<Part>,
  restartMs: number,
  say: (line: string) => void,
): Promise<{stop(): Promise<void>}> {
  const stopping = new AbortController();
  let part = await start();

  async function keepAlive(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (!hasEnded(part.process)) await once(part.process, 'exit', {signal: stopping.signal});
      say(
        `${name} ended (${part.process.signalCode ?? part.process.exitCode}); it starts again in ${restartMs / 1000} s`,
      );
      await wait(restartMs, undefined, {signal: stopping.signal});
      await restart();
    }
  }

  async function restart(): Promise<void> {
    try {
      part = await start();
      say(`${name} is back`);
    } catch (error) {
      say((error as Error).message);
    }
  }

  const watching = keepAlive().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });
  return {
    async stop() {
      stopping.abort();
      await watching;
      await part.stop();
    },
  };
}
