import {once} from 'node:events';
import {ConfigError, readConfig} from '#platform/config.ts';
import {banner} from './banner.ts';
import {serviceNames, settings, type ServiceName} from './config.ts';
import {ensureKey} from './keys.ts';
import {findMongod} from './find-mongod.ts';
import {startMongod} from './mongod.ts';
import {planOf, type Plan} from './plan.ts';
import {requireFree} from './ports.ts';
import {startService} from './service.ts';
import {supervise, type Part, type Supervised} from './supervise.ts';

// `npm start`: the named services on this machine, each a process of its own with a MongoDB of its own.

const say = (line: string): void => console.log(line);
const parts: Supervised[] = [];
const stopping = new AbortController();

async function start(names: ServiceName[]): Promise<void> {
  const config = readConfig(settings, process.env);
  const plans = names.map(name => planOf(name, config, process.env));
  const keep = (name: string, startPart: (signal: AbortSignal) => Promise<Part>) => {
    stopping.signal.throwIfAborted();
    const part = supervise(name, startPart, config.RESTART_MS, say);
    parts.push(part);
    return part.started;
  };

  await requireFree(Object.assign({}, ...plans.map(plan => plan.ports)) as Plan['ports']);
  const binary = plans.some(plan => plan.mongo) ? await findMongod(say) : '';
  for (const {name, env, mongo, keyFile} of plans) {
    if (keyFile) await ensureKey(keyFile);
    if (mongo) await keep(`MongoDB of ${name}`, signal => startMongod(binary, mongo.folder, mongo.port, signal));
    await keep(name, signal => startService(name, env, {signal}));
  }
  say(banner(plans));
}

/** What was started last stops first: a service before its database. */
async function stopAll(): Promise<void> {
  stopping.abort();
  for (const part of parts.toReversed()) await part.stop();
}

const signalled = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map(signal => once(process, signal)));
try {
  const names = serviceNames.filter(name => process.argv.includes(name));
  await Promise.race([start(names).then(() => signalled), signalled]);
  say('\nstopping …');
} catch (error) {
  process.exitCode = 1;
  console.error(error instanceof ConfigError ? error.message : (error as Error).message);
} finally {
  await stopAll();
}
// What was interrupted may still be waiting.
process.exit();
