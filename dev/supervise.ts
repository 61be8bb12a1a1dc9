import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as wait} from 'node:timers/promises';
import {hasEnded} from './process.ts';

/** A running process, and how to stop it gracefully. */
export type Part = {process: ChildProcess; stop(): Promise<void>};

/** Starts a part. Until it is ready, the signal kills it. */
type Start = (signal: AbortSignal) => Promise<Part>;

type State = 'starting' | 'running' | 'frozen' | 'down';

export type Supervised = {
  name: string;
  /** Resolves when the part is ready for the first time. */
  started: Promise<void>;
  state(): State;
  /** Sends SIGKILL. It is restarted as after any other end. */
  kill(): void;
  /** Stops the process without ending it, as a machine that hangs. */
  freeze(): void;
  resume(): void;
  /** Starts it now: a part that is down does not wait any longer, and one that runs is stopped gracefully first. */
  restart(): Promise<void>;
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
  let state: State = 'starting';
  // Aborted to restart it now. A restart that is asked for before the process has ended counts as well.
  let hurry = new AbortController();

  async function begin(): Promise<Part> {
    part = await whileWanted(start, stopping.signal);
    state = 'running';
    return part;
  }

  async function keepAlive(running: Part): Promise<void> {
    while (!stopping.signal.aborted) {
      const {process} = running;
      if (!hasEnded(process)) await once(process, 'exit', {signal: stopping.signal});
      state = 'down';
      say(`${name} exited (${process.signalCode ?? process.exitCode}), restarting in ${restartMs / 1000} s`);
      running = await restarted(running);
    }
  }

  /** The new part, or the one before if the start failed: then the next restart follows. */
  async function restarted(before: Part): Promise<Part> {
    await untilDue();
    state = 'starting';
    try {
      const next = await begin();
      say(`${name} is running again`);
      return next;
    } catch (error) {
      state = 'down';
      say((error as Error).message);
      return before;
    }
  }

  async function untilDue(): Promise<void> {
    const signal = AbortSignal.any([stopping.signal, hurry.signal]);
    await wait(restartMs, undefined, {signal}).catch(() => stopping.signal.throwIfAborted());
    hurry = new AbortController();
  }

  const send = (signal: NodeJS.Signals): boolean =>
    Boolean(part && !hasEnded(part.process) && part.process.kill(signal));
  const first = begin();
  // A failed start rejects `started`.
  const watching = first.then(keepAlive).catch(() => undefined);
  return {
    name,
    started: first.then(() => undefined),
    state: () => state,
    kill: () => void send('SIGKILL'),
    freeze() {
      if (state === 'running' && send('SIGSTOP')) state = 'frozen';
    },
    resume() {
      if (state === 'frozen' && send('SIGCONT')) state = 'running';
    },
    async restart() {
      if (state === 'starting') return;
      hurry.abort();
      this.resume();
      if (state === 'running') await part?.stop();
    },
    async stop() {
      stopping.abort();
      send('SIGCONT');
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
