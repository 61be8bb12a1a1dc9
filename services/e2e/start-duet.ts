import type {ExecutionContext} from 'ava';
import got, {type Got} from 'got';
import {testMongoUrl} from '#platform/test/open-test-store.ts';
import {freePort} from '../local/ports.ts';
import {startService} from '../local/service.ts';

/** One service as a process of its own, that a test can kill and start again at the same ports. */
export type RunningService = {
  api: Got;
  ops: Got;
  url: string;
  mongoUrl: string;
  kill(): Promise<void>;
  /** With these settings in place of those before. */
  start(changed?: Record<string, string>): Promise<void>;
};

type Teardown = Pick<ExecutionContext, 'teardown'>;

const client = (url: string): Got =>
  got.extend({prefixUrl: url, throwHttpErrors: false, responseType: 'json', retry: {limit: 0}});

async function run(t: Teardown, name: string, env: Record<string, string>): Promise<RunningService> {
  const [port, opsPort] = [await freePort(), await freePort()];
  const mongoUrl = env['MONGO_URL'] ?? testMongoUrl();
  const settings = {PORT: String(port), OPS_PORT: String(opsPort), DRAIN_MS: '0', ...env, MONGO_URL: mongoUrl};
  const start = (changed = {}) => startService(name, {...settings, ...changed}, 'ignore');
  let part = await start();
  t.teardown(() => part.stop());

  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    mongoUrl,
    api: client(url),
    ops: client(`http://127.0.0.1:${opsPort}`),
    async kill() {
      part.process.kill('SIGKILL');
      await part.stop();
    },
    async start(changed) {
      part = await start(changed);
    },
  };
}

/** Both services on real MongoDBs; orders is told where users is by its ordinary setting. */
export async function startDuet(
  t: Teardown,
  ordersSettings: Record<string, string> = {},
  usersSettings: Record<string, string> = {},
) {
  const users = await run(t, 'users', usersSettings);
  const orders = await run(t, 'orders', {USERS_URL: users.url, ...ordersSettings});
  return {users, orders};
}
