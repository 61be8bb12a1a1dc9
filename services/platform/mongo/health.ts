import {setTimeout as wait} from 'node:timers/promises';
import {mongo} from 'mongoose';
import {within} from '../deadline.ts';
import {AppError, unavailable} from '../errors.ts';
import type {Readiness} from '../readiness.ts';
import type {MongoMetrics} from './metrics.ts';
import {OPERATION_MS} from './store.ts';

const PING_EVERY_MS = 2_000;
/** After a ping without an answer: as soon as a primary is back, a ping finds it. */
const PING_AGAIN_MS = 100;
const SILENT_AFTER_MS = 10_000;

/** Whether MongoDB answers. */
export type Health = {
  /** True once no ping has been answered for two seconds, until one is: no operation would end well either. */
  isAway(): boolean;
  close(): Promise<void>;
};

type Parts = {readiness: Readiness; mongoMetrics: Pick<MongoMetrics, 'up'>};

/**
 * Pings MongoDB's primary, one ping at a time, over a connection of its own: in the pool of the requests, a ping would
 * wait behind them, and their load would look like an outage. The gauge `up` shows the last ping. The readiness check
 * `mongodb` fails only after 10 s without an answer, so that one slow moment does not make every pod unready.
 * @throws the driver's error if MongoDB cannot be reached: a client whose first connection failed never gets another.
 */
export async function watch(url: string, {readiness, mongoMetrics: {up}}: Parts): Promise<Health> {
  const client = new mongo.MongoClient(url, {
    maxPoolSize: 1,
    // By default a server that is back is found after half a second.
    minHeartbeatFrequencyMS: 100,
    serverSelectionTimeoutMS: OPERATION_MS,
    connectTimeoutMS: OPERATION_MS,
    socketTimeoutMS: OPERATION_MS,
  });
  await client.connect();
  const closing = new AbortController();
  // When the first of the pings began that have had no answer since.
  let silentSince: number | undefined;
  const silentMs = (): number => (silentSince === undefined ? 0 : performance.now() - silentSince);
  up.set(1);

  async function check(): Promise<void> {
    const start = performance.now();
    const isUp = await answersPing(client);
    silentSince = isUp ? undefined : (silentSince ?? start);
    up.set(isUp ? 1 : 0);
    if (silentMs() < SILENT_AFTER_MS) readiness.pass('mongodb');
    else readiness.fail('mongodb', `no answer for ${Math.round(silentMs() / 1000)} s`);
  }

  async function checkUntilClosed(): Promise<void> {
    while (!closing.signal.aborted) {
      await check();
      const pause = silentSince === undefined ? PING_EVERY_MS : PING_AGAIN_MS;
      await wait(pause, undefined, {signal: closing.signal}).catch(() => undefined);
    }
  }

  void checkUntilClosed();
  return {
    isAway: () => silentMs() >= OPERATION_MS,
    close() {
      closing.abort();
      return client.close();
    },
  };
}

async function answersPing(client: mongo.MongoClient): Promise<boolean> {
  try {
    await within(OPERATION_MS, () => client.db().command({ping: 1}));
    return true;
  } catch {
    return false;
  }
}

/** A store: every property is a method. */
export type Methods<Store> = Record<keyof Store, (...input: never[]) => Promise<unknown>>;

/**
 * Answers 503 at once while MongoDB is known to be away: waiting two seconds for the same answer would hold a place and
 * help nobody. An election that ends within two seconds does not count: operations wait for the new primary.
 */
export function failFast<Store extends Methods<Store>>(store: Store, {isAway}: Pick<Health, 'isAway'>): Store {
  const entries = Object.entries<(...input: never[]) => Promise<unknown>>(store);
  const guarded = entries.map(([name, method]) => [
    name,
    (...input: never[]) =>
      isAway() ? Promise.reject(new AppError(unavailable, {cause: new Away()})) : method(...input),
  ]);
  return Object.fromEntries(guarded) as Store;
}

class Away extends Error {
  override name = 'MongoAway';
  override message = 'MongoDB did not answer the last ping';
}
