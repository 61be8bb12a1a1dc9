import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {mongoUrlAt, startMongod} from '../../dev/mongod.ts';
import {freePort} from '../../dev/ports.ts';
import {
  startRestartable,
  startRestartableService,
  type Restartable,
  type RestartableService,
} from '../lib/restartable.ts';
import {startProxy, type Proxy} from './proxy.ts';

/** Where processes come from, and the signal that ends all of them. */
export type Ground = {mongod: string; signal: AbortSignal};

type Mongod = Restartable & {port: number};

/** Both services, each with a MongoDB of its own, and a proxy on the way from orders to users. */
export type Duet = {
  users: RestartableService;
  orders: RestartableService;
  usersMongod: Mongod;
  ordersMongod: Mongod;
  proxy: Proxy;
};

/** Settings of the services that differ from how they come. */
type Settings = {users?: Record<string, string>; orders?: Record<string, string>};

/** The limit of a pod in the charts, in mebibytes, and what the charts and its image make of it. */
export const POD_MIB = 256;
const inAPod = {
  NODE_OPTIONS: `--max-old-space-size=${Math.floor(POD_MIB * 0.6)} --max-semi-space-size=16`,
  UV_THREADPOOL_SIZE: '8',
};
export const AS_IN_PODS = {users: {...inAPod, MALLOC_MMAP_THRESHOLD_: '1048576'}, orders: inAPod} satisfies Settings;

/** Does this with a system of its own, of which nothing is left afterwards. */
export async function withDuet<T>(ground: Ground, settings: Settings, work: (duet: Duet) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-faults-'));
  const ending = new AbortController();
  const signal = AbortSignal.any([ground.signal, ending.signal]);
  try {
    const duet = await startDuet({...ground, signal}, folder, settings);
    return await Promise.race([work(duet), ended(ground.signal)]);
  } finally {
    ending.abort();
    await rm(folder, {recursive: true, force: true, maxRetries: 5});
  }
}

async function ended(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

async function startDuet(ground: Ground, folder: string, settings: Settings): Promise<Duet> {
  const [usersMongod, ordersMongod] = await Promise.all([
    startDatabase(ground, join(folder, 'users')),
    startDatabase(ground, join(folder, 'orders')),
  ]);
  const users = await startRestartableService(
    'users',
    {MONGO_URL: mongoUrlAt(usersMongod.port, 'users'), ...settings.users},
    ground.signal,
  );
  const proxy = await startProxy(await freePort(), Number(new URL(users.url).port));
  ground.signal.addEventListener('abort', () => void proxy.refuse());
  const orders = await startRestartableService(
    'orders',
    {MONGO_URL: mongoUrlAt(ordersMongod.port, 'orders'), USERS_URL: proxy.url, ...settings.orders},
    ground.signal,
  );
  return {users, orders, usersMongod, ordersMongod, proxy};
}

async function startDatabase({mongod, signal}: Ground, folder: string): Promise<Mongod> {
  const port = await freePort();
  const start = () => {
    // The folder is gone then, and would be made again.
    signal.throwIfAborted();
    return startMongod(mongod, folder, port, signal);
  };
  return {port, ...(await startRestartable(start))};
}
