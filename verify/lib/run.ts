import {once} from 'node:events';

export type Cleanup = () => Promise<unknown>;

/** Where a command leaves what is to be done about all that it makes, and what tells it that it has been stopped. */
export type Run = {cleanups: Cleanup[]; stopping: AbortSignal};

/**
 * Runs the command and ends the process: with 0 if it gives true, else with 1. Whatever it made is cleaned up, what was
 * made last first, after Ctrl-C too.
 */
export async function run(command: (run: Run) => Promise<boolean>): Promise<never> {
  const cleanups: Cleanup[] = [];
  const stopping = new AbortController();
  const signalled = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map(signal => once(process, signal))).then(() => {
    stopping.abort();
    throw new Error('stopped; cleaning up …');
  });
  try {
    process.exitCode = (await Promise.race([command({cleanups, stopping: stopping.signal}), signalled])) ? 0 : 1;
  } catch (error) {
    process.exitCode = 1;
    console.error((error as Error).message);
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  }
  // What was interrupted may still be running.
  process.exit();
}
