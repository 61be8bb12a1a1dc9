import got, {type Got} from 'got';
import {testMongoUrl} from '#platform/test/open-test-store.ts';
import type {Output} from '../../dev/service.ts';
import {startRestartableService, type RestartableService} from '../lib/restartable.ts';

/** A service process that a test can kill and start again on the same ports. */
type RunningService = RestartableService & {api: Got; ops: Got; mongoUrl: string};

/** Where a test or a run registers what must end with it. */
export type Teardown = {teardown(end: () => unknown): unknown};

const client = (url: string): Got =>
  got.extend({prefixUrl: url, throwHttpErrors: false, responseType: 'json', retry: {limit: 0}});

async function start(t: Teardown, name: string, env: Record<string, string>, output?: Output): Promise<RunningService> {
  const mongoUrl = env['MONGO_URL'] ?? testMongoUrl();
  const service = await startRestartableService(name, {...env, MONGO_URL: mongoUrl}, {output});
  t.teardown(() => service.stop());
  return {...service, mongoUrl, api: client(service.url), ops: client(service.opsUrl)};
}

export type System = {users: RunningService; orders: RunningService};

/** Starts both services, each with a new database in the MongoDB of the tests. `output` gets what they write. */
export async function startSystem(
  t: Teardown,
  ordersSettings: Record<string, string> = {},
  usersSettings: Record<string, string> = {},
  output?: Output,
): Promise<System> {
  const users = await start(t, 'users', usersSettings, output);
  const orders = await start(t, 'orders', {USERS_URL: users.url, ...ordersSettings}, output);
  return {users, orders};
}
