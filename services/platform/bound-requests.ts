import {setTimeout as wait} from 'node:timers/promises';
import type {Middleware} from 'koa';
import type {ClientOf} from './address.ts';
import {BulkheadFull, createBulkhead} from './calls/bulkhead.ts';
import {AppError} from './errors.ts';
import type {Overload} from './overload.ts';

/** Runs after the body has been read, since many slow bodies may have been read at the same time. */
export function boundInFlight(overload: Overload, clientOf: ClientOf): Middleware {
  return async function boundInFlight({req}, next) {
    const refusal = overload.refuseIfFullNow(clientOf(req));
    if (refusal) throw new AppError(refusal);
    await overload.whileInFlight(next);
  };
}

/** A heavy answer takes some milliseconds of the event loop: with four at once, no other request waits long. */
const HEAVY_AT_ONCE = 4;

/** With more waiting, the last would wait for more than 100 ms. */
const HEAVY_WAITING = 32;

/** Before each list of a client that asks for too much: its lists then take a tenth of a core. */
const BREATH_MS = 20;

async function afterBreath(next: () => Promise<unknown>): Promise<void> {
  await wait(BREATH_MS);
  await next();
}

/**
 * Runs for the routes with heavy answers, which have this bound together. The client of several that asks for too much
 * gets its answers one at a time, with pauses between them, so that the others hardly wait for them.
 */
export function boundHeavy(overload: Overload, clientOf: ClientOf): Middleware {
  const few = createBulkhead(
    () => HEAVY_AT_ONCE,
    HEAVY_WAITING,
    () => undefined,
  );
  const oneByOne = createBulkhead(
    () => 1,
    HEAVY_WAITING,
    () => undefined,
  );
  return async function boundHeavy({req}, next) {
    const client = clientOf(req);
    try {
      await (overload.isGreedy(client) ? oneByOne.limited(() => afterBreath(next)) : few.limited(next));
    } catch (error) {
      if (!(error instanceof BulkheadFull)) throw error;
      await overload.beforeRefusal(client);
      throw new AppError(overload.refuse('heavy'));
    }
  };
}
