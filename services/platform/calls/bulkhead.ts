import {AsyncLocalStorage} from 'node:async_hooks';
import {bulkhead} from 'cockatiel';

/** Lets this many calls run at once and this many wait, so that a neighbour that is slow cannot fill the memory. */
export function createBulkhead(running: number, waiting: number, onReject: () => void) {
  const places = bulkhead(running, waiting);
  places.onReject(onReject);

  return {
    /** @throws BulkheadRejectedError when too many wait, TaskCancelledError when the signal came while it waited. */
    limited: <T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> =>
      // Else a call that waited would run as part of the request that made room for it.
      places.execute(AsyncLocalStorage.bind(call), signal),
    counts: () => ({running: running - places.executionSlots, waiting: waiting - places.queueSlots}),
  };
}
