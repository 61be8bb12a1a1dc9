import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as wait} from 'node:timers/promises';
import {hasEnded} from './process.ts';

export type Part = {process: ChildProcess; stop(): Promise<void>};

/** Starts a part; the signal ends it while it is not ready. */
type Start = (signal: AbortSignal) => Promise<Part>;

export type Supervised = {
  /** When it runs for the first time. */
  started: Promise<void>;
  /** Ends it for good, ready or not. */
  stop(): Promise<void>;
};

/**
 * Starts a part, and starts it again some time after it died, as Kubernetes does: one can be killed and the other watched.
 */
export function supervise(name: string, start: Start, restartMs: number, say: (line: string) => void): Supervised {
  const stopping = new AbortController();
  let part: Part | undefined;

  async function begin(): Promise<Part> {
    part = await whileWanted(start, stopping.signal);
    return part;
  }

  async function keepAlive(running: Part): Promise<void> {
    while (!stopping.signal.aborted) {
      const {process} = running;
      if (!hasEnded(process)) await once(process, 'exit', {signal: stopping.signal});
      say(`${name} ended (${process.signalCode ?? process.exitCode}); it starts again in ${restartMs / 1000} s`);
      running = await restarted(running);
    }
  }

  /** The same part as before, when it could not be started. */
  async function restarted(before: Part): Promise<Part> {
    await wait(restartMs, undefined, {signal: stopping.signal});
    try {
      const next = await begin();
      say(`${name} is back`);
      return next;
    } catch (error) {
      say((error as Error).message);
      return before;
    }
  }

  const first = begin();
  // Whoever waits for `started` is told when it fails.
  const watching = first.then(keepAlive).catch(() => undefined);
  return {
    started: first.then(() => undefined),
    async stop() {
      stopping.abort();
      await watching;
      await part?.stop();
    },
  };
}

/** The part, started: once it has, the signal leaves it alone. */
async function whileWanted(start: Start, signal: AbortSignal): Promise<Part> {
  const starting = new AbortController();
  const end = () => starting.abort();
  signal.throwIfAborted();
  signal.addEventListener('abort', end);
  try {
    return await start(starting.signal);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
