import {mkdtemp, open, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createAuth, type Mode} from '../../lib/auth.ts';
import {startSystem, type Teardown} from '../start-system.ts';
import {prepare, type Target} from './campaign.ts';

/** Starts both services in this mode, with all log levels, to send requests to. `logged` returns what they have logged. */
export async function startTarget(
  t: Teardown,
  mode: Mode,
  orders: Record<string, string> = {},
): Promise<{target: Target; logged: () => Promise<string>}> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-fuzz-'));
  const file = join(folder, 'log');
  const log = await open(file, 'a');
  t.teardown(async () => {
    await log.close();
    await rm(folder, {recursive: true});
  });

  const [auth, debug] = [await createAuth(mode), {LOG_LEVEL: 'debug'}];
  const settings = {orders: {...auth.settings.orders, ...debug, ...orders}, users: {...auth.settings.users, ...debug}};
  const target = await prepare(await startSystem(t, settings.orders, settings.users, log.fd), auth);
  t.teardown(() => target.close());
  return {target, logged: () => readFile(file, 'utf8')};
}
