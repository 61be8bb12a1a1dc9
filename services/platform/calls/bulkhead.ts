/** The call was not made: as many as may wait are waiting already. */
export class BulkheadFull extends Error {
  override name = 'BulkheadFull';
}

/** The call was not made: it was cancelled while it waited. */
class WaitCancelled extends Error {
  override name = 'WaitCancelled';
}

/** Lets this many calls run at once and this many wait, so that a neighbour that is slow cannot fill the memory. */
export function createBulkhead(maxRunning: number, maxWaiting: number, onReject: () => void) {
  let running = 0;
  // First come, first served: a Set keeps its order.
  const waiting = new Set<() => void>();

  function untilPlaceIsFree(signal?: AbortSignal): Promise<void> {
    if (waiting.size >= maxWaiting) {
      onReject();
      throw new BulkheadFull('bulkhead capacity exceeded');
    }
    const {promise, resolve, reject} = Promise.withResolvers<void>();
    const cancel = () => {
      waiting.delete(begin);
      reject(new WaitCancelled('cancelled while it waited'));
    };
    const begin = () => {
      signal?.removeEventListener('abort', cancel);
      resolve();
    };
    waiting.add(begin);
    signal?.addEventListener('abort', cancel);
    return promise;
  }

  function pass(): void {
    const [next] = waiting;
    if (!next) return void running--;
    waiting.delete(next);
    next();
  }

  /** @throws BulkheadFull when too many wait, WaitCancelled when the signal came while it waited. */
  async function limited<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (running < maxRunning) running++;
    else await untilPlaceIsFree(signal);
    try {
      return await call();
    } finally {
      pass();
    }
  }

  return {limited, counts: () => ({running, waiting: waiting.size})};
}
