import {currentContext, runInContext, type RequestContext} from '../context.ts';
import type {Lookup, Query} from './lookup.ts';

/** Looks up several ids by one call: what was found, by id. Undefined if the neighbour cannot do that (yet). */
export type LookupMany<T> = (ids: string[], token: string | undefined) => Promise<Map<string, T> | undefined>;

/**
 * So many calls with one token are under way. Lookups that begin meanwhile share the next one: the busier the service, the
 * more of them.
 */
const CALLS = 2;

/** Nobody waits longer for a call to end: one that hangs must not delay the lookups behind it. Most calls take a few ms. */
const PATIENCE_MS = 20;

/** A neighbour that cannot look up several ids is asked for that again after so long: it may have been upgraded. */
const UNABLE_MS = 60_000;

type Waiting<T> = {
  query: Query;
  resolve: (found: T | undefined | Promise<T | undefined>) => void;
  reject: (error: unknown) => void;
  /** The request that the lookup is for; undefined outside a request. */
  context: RequestContext | undefined;
};

type Queue<T> = {waiting: Waiting<T>[]; calls: number; patience?: NodeJS.Timeout | undefined};

/**
 * Lets lookups with the same token share calls, at most `most` ids each. One that is alone goes to `one`. Calls are sent
 * at the end of a turn of the event loop, so that the lookups that began in it go together.
 */
export function batched<T>(one: Lookup<T>, many: LookupMany<T>, most: number): Lookup<T> {
  const queues = new Map<string, Queue<T>>();
  let unableUntil = -Infinity;

  function queueOf(token = ''): Queue<T> {
    const queue = queues.get(token) ?? {waiting: [], calls: 0};
    queues.set(token, queue);
    return queue;
  }

  function sendNext(token = ''): void {
    const queue = queueOf(token);
    while (queue.calls < CALLS && queue.waiting.length > 0) sendOne(queue, token);
    if (queue.waiting.length > 0) queue.patience ??= setTimeout(sendLate, PATIENCE_MS, queue, token);
    else if (queue.calls === 0) queues.delete(token);
  }

  function sendLate(queue: Queue<T>, token: string): void {
    queue.patience = undefined;
    if (queue.waiting.length === 0) return;
    sendOne(queue, token);
    sendNext(token);
  }

  function sendOne(queue: Queue<T>, token: string): void {
    const batch = queue.waiting.splice(0, most);
    queue.calls += 1;
    void send(batch).finally(() => {
      queue.calls -= 1;
      sendNext(token);
    });
  }

  async function send(batch: Waiting<T>[]): Promise<void> {
    const [first] = batch;
    if (!first) return;
    if (batch.length === 1 || performance.now() < unableUntil) return sendEach(batch);

    try {
      const ids = batch.map(({query}) => query.id);
      const found = await inContext(first, () => many(ids, first.query.token));
      if (found) for (const {query, resolve} of batch) resolve(found.get(query.id));
      else {
        unableUntil = performance.now() + UNABLE_MS;
        await sendEach(batch);
      }
    } catch (error) {
      for (const {reject} of batch) reject(error);
    }
  }

  async function sendEach(batch: Waiting<T>[]): Promise<void> {
    const calls = batch.map(waiting => {
      const call = inContext(waiting, () => one(waiting.query));
      waiting.resolve(call);
      return call;
    });
    await Promise.allSettled(calls);
  }

  return function batchedLookup(query) {
    const {promise, resolve, reject} = Promise.withResolvers<T | undefined>();
    const {waiting} = queueOf(query.token);
    const entry = {query, resolve, reject, context: currentContext()};
    waiting.push(entry);
    query.signal?.addEventListener('abort', () => {
      const place = waiting.indexOf(entry);
      if (place !== -1) waiting.splice(place, 1);
      reject(query.signal?.reason);
    });
    if (waiting.length === 1) setImmediate(sendNext, query.token);
    return promise;
  };
}

/** Runs the work for the request of the lookup, in whose trace the call shows. */
const inContext = <T, R>({context}: Waiting<T>, work: () => R): R => (context ? runInContext(context, work) : work());
