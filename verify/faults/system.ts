import {once} from 'node:events';
import {join} from 'node:path';
import {mongoUrlAt} from '../../dev/mongod.ts';
import {freePort} from '../../dev/ports.ts';
import {createAuth, type Auth} from '../lib/auth.ts';
import {HEAP} from '../lib/pod.ts';
import {startRestartableService, type RestartableService} from '../lib/restartable.ts';
import {inFolder, startDatabase, type Mongod} from './folder.ts';
import {startCountingProxy, type CountingProxy} from './proxy.ts';
import type {Run} from './run.ts';

/** Both services, each with its own MongoDB, and a proxy between orders and users. */
export type System = {
  auth: Auth;
  users: RestartableService;
  orders: RestartableService;
  usersMongod: Mongod;
  ordersMongod: Mongod;
  proxy: CountingProxy;
};

/** Settings of the services that differ from their defaults, and the folder whose services they are, if not this one. */
type Settings = {users?: Record<string, string>; orders?: Record<string, string>; folder?: string};

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
export const withSystem = <T>(
  run: Origin & Pick<Run, 'cleanups'>,
  settings: Settings,
  work: (system: System) => Promise<T>,
): Promise<T> =>
  inFolder(run, async (folder, signal) => {
    const system = await startSystem({...run, signal}, folder, settings);
    return Promise.race([work(system), ended(run.signal)]);
  });

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
    {...run, folder: settings.folder},
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
    {...run, folder: settings.folder},
  );
  return {auth, users, orders, usersMongod, ordersMongod, proxy};
}
