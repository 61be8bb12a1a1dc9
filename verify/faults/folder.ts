import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {startMongod} from '../../dev/mongod.ts';
import {freePort} from '../../dev/ports.ts';
import {startRestartable, type Restartable} from '../lib/restartable.ts';
import type {Run} from './run.ts';

/** Calls `work` with a new folder and a signal for its processes. Ends both, even if the run is stopped meanwhile. */
export async function inFolder<T>(
  run: Pick<Run, 'signal' | 'cleanups'>,
  work: (folder: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-faults-'));
  const ending = new AbortController();
  const remove = () => {
    ending.abort();
    return rm(folder, {recursive: true, force: true, maxRetries: 5});
  };
  run.cleanups.push(remove);
  try {
    return await work(folder, AbortSignal.any([run.signal, ending.signal]));
  } finally {
    await remove();
  }
}

export type Mongod = Restartable & {port: number};

/** Starts a mongod with its data in this folder, by default as a replica set of one. */
export async function startDatabase(
  {mongod, signal}: Pick<Run, 'mongod' | 'signal'>,
  folder: string,
  startOne: typeof startMongod = startMongod,
): Promise<Mongod> {
  const port = await freePort();
  const start = () => {
    // The folder is removed then; a new mongod would make it again.
    signal.throwIfAborted();
    return startOne(mongod, folder, port, signal);
  };
  return {port, ...(await startRestartable(start))};
}
