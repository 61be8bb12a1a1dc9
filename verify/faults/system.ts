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
import type {Run} from './run.ts';

type Mongod = Restartable & {port: number};

/** Both services, each with a MongoDB of its own, and a proxy on the way from orders to users. */
export type System = {
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

/** Where the processes of a system come from, and the signal that ends them. */
type Origin = Pick<Run, 'mongod' | 'signal'>;

/** Starts a system and does this with it. Nothing is left of it afterwards, nor when the run is stopped. */
export async function withSystem<T>(
  {cleanups, ...run}: Origin & Pick<Run, 'cleanups'>,
  settings: Settings,
  work: (system: System) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-faults-'));
  const ending = new AbortController();
  const signal = AbortSignal.any([run.signal, ending.signal]);
  const remove = () => {
    ending.abort();
    return rm(folder, {recursive: true, force: true, maxRetries: 5});
  };
  cleanups.push(remove);
  try {
    const system = await startSystem({...run, signal}, folder, settings);
    return await Promise.race([work(system), ended(run.signal)]);
  } finally {
    await remove();
  }
}

async function ended(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

async function startSystem(run: Origin, folder: string, settings: Settings): Promise<System> {
  const [usersMongod, ordersMongod] = await Promise.all([
    startDatabase(run, join(folder, 'users')),
    startDatabase(run, join(folder, 'orders')),
  ]);
  const users = await startRestartableService(
    'users',
    {MONGO_URL: mongoUrlAt(usersMongod.port, 'users'), ...settings.users},
    run.signal,
  );
  const proxy = await startProxy(await freePort(), Number(new URL(users.url).port));
  run.signal.addEventListener('abort', () => void proxy.refuse());
  const orders = await startRestartableService(
    'orders',
    {MONGO_URL: mongoUrlAt(ordersMongod.port, 'orders'), USERS_URL: proxy.url, ...settings.orders},
    run.signal,
  );
  return {users, orders, usersMongod, ordersMongod, proxy};
}

async function startDatabase({mongod, signal}: Origin, folder: string): Promise<Mongod> {
  const port = await freePort();
  const start = () => {
    // The folder is gone then, and would be made again.
    signal.throwIfAborted();
    return startMongod(mongod, folder, port, signal);
  };
  return {port, ...(await startRestartable(start))};
}
