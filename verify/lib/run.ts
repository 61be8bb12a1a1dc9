import {once} from 'node:events';
import {readConfig} from '#platform/config.ts';
import type * as z from 'zod';

export type Cleanup = () => Promise<unknown>;

/** One execution of a command. */
export type Run<Config> = {
  config: Config;
  /** The words after the command, which choose claims by their titles. */
  words: string[];
  /** What the command adds here is called at its end, last added first. */
  cleanups: Cleanup[];
  /** Aborted when the command is stopped, by Ctrl-C for example. */
  signal: AbortSignal;
};

/**
 * Runs a command with its settings from the environment, and ends the process: with 0 if the command gives true, else
 * with 1. The cleanups are called in any case, after Ctrl-C too.
 */
export async function run<S extends z.ZodObject>(
  settings: S,
  command: (run: Run<z.output<S>>) => Promise<boolean>,
): Promise<never> {
  const cleanups: Cleanup[] = [];
  const stopping = new AbortController();
  const stopped = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map(signal => once(process, signal))).then(() => {
    stopping.abort(new Error('stopped'));
    throw new Error('stopped; cleaning up …');
  });
  try {
    const config = readConfig(settings, process.env);
    const running = command({config, words: process.argv.slice(2), cleanups, signal: stopping.signal});
    process.exitCode = (await Promise.race([running, stopped])) ? 0 : 1;
  } catch (error) {
    process.exitCode = 1;
    console.error((error as Error).message);
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  }
  // What was interrupted may still be running.
  process.exit();
}

/** Prints a line for the person who started the command. */
export const say = (line: string): void => console.log(line);
