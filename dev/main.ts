import {once} from 'node:events';
import {readConfig} from '#platform/config.ts';
import {banner} from './banner.ts';
import {services, settings} from './config.ts';
import {findMongod} from './find-mongod.ts';
import {ensureKey} from './keys.ts';
import {startMongod} from './mongod.ts';
import {planOf, type Plan} from './plan.ts';
import {requireFree} from './ports.ts';
import {startService} from './service.ts';
import {supervise, type Part, type Supervised} from './supervise.ts';

// `npm start` runs every service on this machine, `npm start NAME …` the named ones: each as a process, with a MongoDB.

const say = (line: string): void => console.log(line);
const parts: Supervised[] = [];
const stopping = new AbortController();

async function start(names: string[]): Promise<void> {
  const config = readConfig(settings, process.env);
  const plans = chosen(names).map(service => planOf(service, config, process.env));
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

/** The services with these names, or all if none is named. */
function chosen(names: string[]) {
  const unknown = names.find(name => !services.some(service => service.name === name));
  if (unknown)
    throw new Error(`There is no service ${unknown}; choose from ${services.map(({name}) => name).join(', ')}.`);
  return names.length === 0 ? services : services.filter(({name}) => names.includes(name));
}

/** In reverse order: each service before its database. */
async function stopAll(): Promise<void> {
  stopping.abort();
  for (const part of parts.toReversed()) await part.stop();
}

const signalled = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map(signal => once(process, signal)));
try {
  await Promise.race([start(process.argv.slice(2)).then(() => signalled), signalled]);
  say('\nstopping …');
} catch (error) {
  process.exitCode = 1;
  console.error((error as Error).message);
} finally {
  await stopAll();
}
// A start that was interrupted may still be waiting for something.
process.exit();
