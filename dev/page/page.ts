import {once} from 'node:events';
import {logLineIn} from '../log-line.ts';
import type {Plan} from '../plan.ts';
import type {Supervised} from '../supervise.ts';
import {createButtons} from './buttons.ts';
import {createMeasures} from './measures.ts';
import {createPromises} from './promises.ts';
import {createPageServer} from './server.ts';
import {createTraces} from './traces.ts';
import {openWay, type Way, type WayState} from './way.ts';

/** The page of `npm start`. */
export type Page = {
  /** What the services need so that the page sees them: the way between them, and where their spans go. */
  envOf(name: string): Record<string, string>;
  /** A part, as soon as it is supervised. */
  show(part: Supervised): void;
  /** A line of a service's log. */
  log(line: string): void;
  close(): void;
};

type Settings = {port: number; trickleSeconds: number};

const WAY = 'orders → users';

/** Serves the page on this port of this machine. */
export async function openPage(plans: Plan[], {port, trickleSeconds}: Settings): Promise<Page> {
  const [users, orders] = ['users', 'orders'].map(name => plans.find(plan => plan.name === name));
  const way = users && orders ? await openWay(Number(users.env['PORT'])) : undefined;
  const parts: Supervised[] = [];
  const urls = {users: urlOf(users), orders: urlOf(orders)};
  const isTokenMode = orders?.env['AUTH'] === 'token';
  const promises = createPromises(urls, isTokenMode);
  const traces = createTraces();
  const lastErrors = new Map<string, string>();

  const describe = createDescription(plans, lastErrors);
  const snapshot = async () => ({
    parts: await Promise.all(parts.map(describe)),
    way: way && {name: WAY, state: way.state()},
    promises: promises.promised,
    isTrickling: promises.isOn(),
  });
  const trickle = (isOn: boolean) => promises.sendFor(isOn ? trickleSeconds || DEFAULT_TRICKLE_S : 0);
  const flip = createSwitches(parts, way, trickle);
  const server = createPageServer({snapshot, flip, press: createButtons(urls, isTokenMode), traces});
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  if (users && orders && trickleSeconds > 0) trickle(true);

  return {
    envOf: name => ({...(name === 'orders' && way && {USERS_URL: way.url}), ...tracingTo(port)}),
    show: part => void parts.push(part),
    log(text) {
      const line = logLineIn(text);
      if (!line) return;
      traces.addLine(line);
      if (['error', 'fatal'].includes(line.level)) lastErrors.set(line.service, line.msg);
    },
    close() {
      trickle(false);
      void way?.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** If its button is pressed although the setting is 0. */
const DEFAULT_TRICKLE_S = 600;

/** Describes a part by the state of its process and, if it is a service, by what it says of itself. */
function createDescription(plans: Plan[], lastErrors: Map<string, string>) {
  const measures = new Map(plans.map(({name, env}) => [name, createMeasures(`http://127.0.0.1:${env['OPS_PORT']}`)]));
  return async (part: Supervised) => {
    const {name} = part;
    const [measure, state] = [measures.get(name), part.state()];
    const measured = state === 'running' ? await measure?.() : undefined;
    return {name, isService: Boolean(measure), state, measures: measured, lastError: lastErrors.get(name)};
  };
}

/** Presses the switch of this name. @throws an error if there is no such switch. */
function createSwitches(parts: Supervised[], way: Way | undefined, trickle: (isOn: boolean) => void) {
  return async function flip(name: string, action: string): Promise<void> {
    const part = parts.find(each => each.name === name);
    if (name === 'trickle') trickle(action === 'start');
    else if (name === WAY) await flipWay(way, action);
    else if (!part || !isPartAction(action)) throw new Error(`no switch ${name} ${action}`);
    // Stopping gracefully takes a while, which the page shows.
    else if (action === 'restart') void part.restart();
    else part[action]();
  };
}

const urlOf = (plan: Plan | undefined): string => `http://127.0.0.1:${plan?.env['PORT'] ?? 0}`;

const isPartAction = (action: string): action is 'kill' | 'freeze' | 'resume' | 'restart' =>
  ['kill', 'freeze', 'resume', 'restart'].includes(action);

async function flipWay(way: Way | undefined, action: string): Promise<void> {
  if (!way || !['open', 'slow', 'cut'].includes(action)) throw new Error(`no switch ${WAY} ${action}`);
  await way.become(action as WayState);
}

/** Every request is traced, and its spans are here within a second. What the user has set wins. */
function tracingTo(port: number): Record<string, string> {
  const {env} = process;
  if (env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) return {};
  return {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://127.0.0.1:${port}/v1/traces`,
    OTEL_BSP_SCHEDULE_DELAY: '1000',
  };
}
