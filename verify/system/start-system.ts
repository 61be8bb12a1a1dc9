import type {ExecutionContext} from 'ava';
import got, {type Got} from 'got';
import {testMongoUrl} from '#platform/test/open-test-store.ts';
import {startRestartableService, type RestartableService} from '../lib/restartable.ts';

/** A service process that a test can kill and start again on the same ports. */
type RunningService = RestartableService & {api: Got; ops: Got; mongoUrl: string};

type Teardown = Pick<ExecutionContext, 'teardown'>;

const client = (url: string): Got =>
  got.extend({prefixUrl: url, throwHttpErrors: false, responseType: 'json', retry: {limit: 0}});

async function start(t: Teardown, name: string, env: Record<string, string>): Promise<RunningService> {
  const mongoUrl = env['MONGO_URL'] ?? testMongoUrl();
  const service = await startRestartableService(name, {...env, MONGO_URL: mongoUrl});
  t.teardown(() => service.stop());
  return {...service, mongoUrl, api: client(service.url), ops: client(service.opsUrl)};
}

export type System = {users: RunningService; orders: RunningService};

/** Starts both services, each with a new database in the MongoDB of the tests. */
export async function startSystem(
  t: Teardown,
  ordersSettings: Record<string, string> = {},
  usersSettings: Record<string, string> = {},
): Promise<System> {
  const users = await start(t, 'users', usersSettings);
  const orders = await start(t, 'orders', {USERS_URL: users.url, ...ordersSettings});
  return {users, orders};
}
