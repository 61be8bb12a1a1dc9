/** The call was not made, because the queue is full. */
export class BulkheadFull extends Error {
  override name = 'BulkheadFull';
}

/** The call was not made, because its signal was aborted while it waited in the queue. */
class WaitCancelled extends Error {
  override name = 'WaitCancelled';
}

/**
 * A bulkhead: limits how many calls run at the same time and how many wait in a queue, so that a slow neighbour cannot
 * fill the memory. The first limit may change at any time.
 * Hand-written: in cockatiel's bulkhead a cancelled call keeps its place in the queue.
 */
export function createBulkhead(maxRunning: () => number, maxWaiting: number, onReject: () => void) {
  let running = 0;
  // A queue: a Set keeps the order of insertion, and a cancelled call can leave from the middle.
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
    running--;
    for (const next of waiting) {
      if (running >= maxRunning()) return;
      waiting.delete(next);
      running++;
      next();
    }
  }

  /** @throws BulkheadFull if the queue is full, WaitCancelled if the signal is aborted while the call waits. */
  async function limited<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (running < maxRunning()) running++;
    else await untilPlaceIsFree(signal);
    try {
      return await call();
    } finally {
      pass();
    }
  }

  return {limited, counts: () => ({running, waiting: waiting.size})};
}
