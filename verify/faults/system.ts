import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {mongoUrlAt, startMongod} from '../../dev/mongod.ts';
import {freePort} from '../../dev/ports.ts';
import {createAuth, type Auth} from '../lib/auth.ts';
import {HEAP} from '../lib/pod.ts';
import {
  startRestartable,
  startRestartableService,
  type Restartable,
  type RestartableService,
} from '../lib/restartable.ts';
import {startCountingProxy, type CountingProxy} from './proxy.ts';
import type {Run} from './run.ts';

type Mongod = Restartable & {port: number};

/** Both services, each with its own MongoDB, and a proxy between orders and users. */
export type System = {
  auth: Auth;
  users: RestartableService;
  orders: RestartableService;
  usersMongod: Mongod;
  ordersMongod: Mongod;
  proxy: CountingProxy;
};

/** Settings of the services that differ from their defaults. */
type Settings = {users?: Record<string, string>; orders?: Record<string, string>};

// What the charts and the image set.
const inAPod = {
  ...HEAP,
  UV_THREADPOOL_SIZE: '8',
  // All the load comes from one address.
  MAX_CONNECTIONS_PER_ADDRESS: '0',
};
export const AS_IN_PODS = {users: {...inAPod, MALLOC_MMAP_THRESHOLD_: '1048576'}, orders: inAPod} satisfies Settings;

/** What a system needs of its run: its mode, the program of its databases, and the signal that kills its processes. */
type Origin = Pick<Run, 'mode' | 'mongod' | 'signal'>;

/** Starts a system, calls `work` with it, and removes the system, even if the run is stopped meanwhile. */
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
  const auth = await createAuth(run.mode);
  const [usersMongod, ordersMongod] = await Promise.all([
    startDatabase(run, join(folder, 'users')),
    startDatabase(run, join(folder, 'orders')),
  ]);
  const users = await startRestartableService(
    'users',
    {MONGO_URL: mongoUrlAt(usersMongod.port, 'users'), ...auth.settings.users, ...settings.users},
    run,
  );
  const proxy = await startCountingProxy(await freePort(), Number(new URL(users.url).port));
  run.signal.addEventListener('abort', () => void proxy.refuse());
  const orders = await startRestartableService(
    'orders',
    {
      MONGO_URL: mongoUrlAt(ordersMongod.port, 'orders'),
      USERS_URL: proxy.url,
      ...auth.settings.orders,
      ...settings.orders,
    },
    run,
  );
  return {auth, users, orders, usersMongod, ordersMongod, proxy};
}

async function startDatabase({mongod, signal}: Origin, folder: string): Promise<Mongod> {
  const port = await freePort();
  const start = () => {
    // The folder is removed then; a new mongod would make it again.
    signal.throwIfAborted();
    return startMongod(mongod, folder, port, signal);
  };
  return {port, ...(await startRestartable(start))};
}
