import {argon2} from 'node:crypto';
import {availableParallelism} from 'node:os';
import {promisify} from 'node:util';
import {Counter, Gauge, type Registry} from 'prom-client';
import {BulkheadFull, createBulkhead} from '#platform/calls/bulkhead.ts';
import {AppError, overloaded} from '#platform/errors.ts';
import {startAtZero} from '#platform/metrics.ts';

const derive = promisify(argon2);

type Derivation = {nonce: Buffer; tagLength: number; memory: number; passes: number; parallelism: number};

/** The argon2id hash of a password. @throws AppError `overloaded` when the queue is full. */
export type Derive = (password: string, derivation: Derivation) => Promise<Buffer>;

/** The longest queue. At 33 ms a hash and one at a time, the last one in it waits two seconds. */
const WAITING = 64;

/** The most hashes at once. Each takes 19 MiB of a pod's 256 MiB, and one of eight threads that also resolve DNS. */
const MOST_AT_ONCE = 4;

/** Hashes on all cores but one: a hash takes a whole core, and the event loop needs one to keep serving. */
export function createDerive(registry: Registry, cores = availableParallelism()): Derive {
  const atOnce = Math.min(MOST_AT_ONCE, Math.max(1, cores - 1));
  const {limited, counts} = createBulkhead(
    () => atOnce,
    WAITING,
    () => runs.inc({outcome: 'rejected'}),
  );
  const runs = countRuns(registry, () => counts().waiting);

  return async function deriveInTurn(password, derivation) {
    try {
      return await limited(() => {
        runs.inc({outcome: 'run'});
        return derive('argon2id', {message: password, ...derivation});
      });
    } catch (error) {
      if (!(error instanceof BulkheadFull)) throw error;
      throw new AppError(overloaded, {cause: error});
    }
  };
}

function countRuns(registry: Registry, waiting: () => number): Counter<'outcome'> {
  new Gauge({
    name: 'password_hashes_waiting',
    help: 'Password hashes in the queue, waiting for a free core.',
    registers: [registry],
    collect() {
      this.set(waiting());
    },
  });
  const runs = new Counter({
    name: 'password_hashes_total',
    help: 'Password hashes by outcome: run, or rejected because the queue was full.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  startAtZero(runs, 'outcome', ['run', 'rejected']);
  return runs;
}
