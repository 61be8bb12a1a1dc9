import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as wait} from 'node:timers/promises';
import {hasEnded} from './process.ts';

/** A running process, and how to stop it gracefully. */
export type Part = {process: ChildProcess; stop(): Promise<void>};

/** Starts a part. Until it is ready, the signal kills it. */
type Start = (signal: AbortSignal) => Promise<Part>;

export type Supervised = {
  /** Resolves when the part is ready for the first time. */
  started: Promise<void>;
  /** Stops it for good, ready or not. */
  stop(): Promise<void>;
};

/**
 * Starts a part, and restarts it `restartMs` milliseconds after it exited, as Kubernetes does. So you can kill one service
 * and watch the others.
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
      say(`${name} exited (${process.signalCode ?? process.exitCode}), restarting in ${restartMs / 1000} s`);
      running = await restarted(running);
    }
  }

  /** The new part, or the one before if the start failed: then the next restart follows. */
  async function restarted(before: Part): Promise<Part> {
    await wait(restartMs, undefined, {signal: stopping.signal});
    try {
      const next = await begin();
      say(`${name} is running again`);
      return next;
    } catch (error) {
      say((error as Error).message);
      return before;
    }
  }

  const first = begin();
  // A failed start rejects `started`.
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

/** The part, once it is ready. From then on the signal does not affect it. */
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
