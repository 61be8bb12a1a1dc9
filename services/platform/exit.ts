import type {Log} from './log.ts';
import type {Output} from './output.ts';

/** How a process ends: with its last log lines, if they can be written within a second. */
export type Exit = {
  exit: (code: number) => Promise<never>;
  /** Logs why the process cannot go on, and ends it with exit code 1. */
  die: (error: unknown, why: string) => Promise<never>;
  /** The first SIGTERM or SIGINT from now on. Before this is called, they end the process with exit code 0. */
  untilSignal: () => Promise<NodeJS.Signals>;
};

/** Ends the process for signals, uncaught exceptions and unhandled rejections from now on. */
export function createExit(log: Log, output: Output): Exit {
  // Nothing is being served yet, so there is nothing to drain.
  let onSignal: NodeJS.SignalsListener = () => void exit(0);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, name => onSignal(name));

  async function exit(code: number): Promise<never> {
    // `process.exit` would wait for a write that hangs; a signal that cannot be handled does not.
    if (!(await output.flush())) process.kill(process.pid, 'SIGKILL');
    process.exit(code);
  }

  function die(error: unknown, why: string): Promise<never> {
    log.fatal({err: error}, why);
    return exit(1);
  }

  process.on('unhandledRejection', error => void die(error, 'unhandled rejection'));
  process.on('uncaughtException', error => void die(error, 'uncaught exception'));
  return {
    exit,
    die,
    untilSignal: () => new Promise(resolve => (onSignal = resolve)),
  };
}
