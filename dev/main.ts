import type {ChildProcess} from 'node:child_process';
import {createInterface} from 'node:readline';
import {readConfig} from '#platform/config.ts';
import {banner} from './banner.ts';
import {services, settings} from './config.ts';
import {findMongod} from './find-mongod.ts';
import {ensureKey} from './keys.ts';
import {adviceAbout, note} from './leftovers.ts';
import {startMongod} from './mongod.ts';
import {openPage, type Page} from './page/page.ts';
import {planOf, type Plan} from './plan.ts';
import {requireFree} from './ports.ts';
import {readable} from './readable.ts';
import {startService} from './service.ts';
import {supervise, type Part, type Supervised} from './supervise.ts';

// `npm start` runs every service on this machine, `npm start NAME …` the named ones: each as a process, with a MongoDB.

const say = (line: string): void => console.log(line);
const parts: Supervised[] = [];
let page: Page | undefined;
const stopping = new AbortController();

async function start(names: string[]): Promise<void> {
  const config = readConfig(settings, process.env);
  const plans = chosen(names).map(service => planOf(service, config, process.env));
  const keep = async (name: string, startPart: Start, hint: string) => {
    stopping.signal.throwIfAborted();
    const part = supervise(
      name,
      signal => startPart(signal, child => note(config.DATA_FOLDER, name, child)),
      config.RESTART_MS,
      say,
    );
    parts.push(part);
    page?.show(part);
    await sayingWhat(`waiting for ${name} (${hint}) …`, part.started);
  };

  const ports = Object.assign({}, ...plans.map(plan => plan.ports)) as Plan['ports'];
  const {PAGE_PORT: port, PAGE_TRICKLE_S: trickleSeconds} = config;
  await requirePorts({...ports, ...(port > 0 && {PAGE_PORT: port})}, config.DATA_FOLDER);
  if (port > 0) page = await openPage(plans, {port, trickleSeconds});
  const binary = plans.some(plan => plan.mongo) ? await findMongod(say) : '';
  for (const {name, env, mongo, keyFile} of plans) {
    if (keyFile) await ensureKey(keyFile);
    if (mongo) {
      const startPart: Start = (...how) => startMongod(binary, mongo.folder, mongo.port, ...how);
      await keep(`MongoDB of ${name}`, startPart, `its data is in ${mongo.folder}`);
    }
    const startPart: Start = async (signal, onSpawn) => {
      const forward = (child: ChildProcess) => (onSpawn(child), forwarded(child));
      return startService(name, {...env, ...page?.envOf(name)}, {output: 'pipe', signal, onSpawn: forward});
    };
    await keep(name, startPart, `http://127.0.0.1:${env['OPS_PORT']}/readyz says why`);
  }
  say(banner(plans, port));
}

type Start = (signal: AbortSignal, onSpawn: (child: ChildProcess) => void) => Promise<Part>;

/** Through us, so that we notice when nobody reads it any more. For people at a terminal; for programs as it is. */
function forwarded(child: ChildProcess): void {
  child.stderr?.pipe(process.stderr, {end: false});
  if (!child.stdout) return;
  const lines = createInterface(child.stdout);
  lines.on('line', line => page?.log(line));
  if (process.stdout.isTTY) lines.on('line', line => say(readable(line)));
  else child.stdout.pipe(process.stdout, {end: false});
}

const SAY_EVERY_MS = 5_000;

/** Says this every five seconds until the work is done. */
async function sayingWhat(line: string, work: Promise<void>): Promise<void> {
  const timer = setInterval(() => say(line), SAY_EVERY_MS);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
}

/** @throws an error that names the first port in use, and what to do. */
async function requirePorts(ports: Plan['ports'], dataFolder: string): Promise<void> {
  try {
    await requireFree(ports);
  } catch (error) {
    const advice = await adviceAbout(dataFolder);
    throw advice ? new Error(`${(error as Error).message}\n${advice}`) : error;
  }
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
  page?.close();
  for (const part of parts.toReversed()) await part.stop();
}

/** Nothing of this may end us before we have stopped what we started, so these handlers stay. */
function untilEnded(): Promise<void> {
  const {promise, resolve, reject} = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => resolve());
  // The terminal is closed, or the pipe that we write to.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => resolve());
  process.on('uncaughtException', reject);
  return promise;
}

const ended = untilEnded();
try {
  await Promise.race([start(process.argv.slice(2)).then(() => ended), ended]);
  say('\nstopping …');
} catch (error) {
  process.exitCode = 1;
  console.error((error as Error).message);
} finally {
  await stopAll();
}
// A start that was interrupted may still be waiting for something.
process.exit();
