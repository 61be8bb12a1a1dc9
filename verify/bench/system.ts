import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {freePort} from '../../dev/ports.ts';
import {call, type Answer} from '../lib/client.ts';
import type {Stream} from '../lib/load/plan.ts';
import type {Backends} from './backends.ts';
import {startProgram, type Program} from './program.ts';
import type {Variant} from './variants.ts';

export const endpointNames = ['GET /api/users/:id', 'POST /api/orders', 'POST, 90 % known buyers'] as const;
export type EndpointName = (typeof endpointNames)[number];

export type Endpoint = {
  name: EndpointName;
  /** Its requests, for one user after the other. */
  stream: Stream;
  /** The status of the right answer. */
  status: number;
  /** The processes that work for an answer. */
  services: Service[];
};

export type Service = {program: Program; url: string; opsUrl: string};

/** Both services of one variant, as processes. */
export type System = {variant: Variant; endpoints: Endpoint[]; stop: () => Promise<void>};

/** What a system needs of the backends. */
type Needs = Pick<Backends, 'folder' | 'mongoUrl' | 'collectorUrl' | 'userIds'>;

/** The delay of span exports. The default of 5 s is as long as several slices. */
export const EXPORT_MS = 500;

const products = [
  {productId: 'book', quantity: 3, price: 19.99},
  {productId: 'lamp', quantity: 1, price: 45},
];

/** Makes orders ask users about every order, so that both services work for it. */
const WITHOUT_CACHE = {USERS_CACHE_FRESH_MS: '0'};

/** So many buyers place nine of ten orders. */
const KNOWN = 20;

/** Buyers of which nine of ten are a few that buy again and again. */
const mostlyKnown = (ids: string[]): string[] =>
  ids.slice(KNOWN).map((id, index) => (index % 10 === 0 ? id : String(ids[index % KNOWN])));

/** Starts both services, and waits until every endpoint gives the right answer. */
export async function startSystem(variant: Variant, backends: Needs): Promise<System> {
  const users = await startService('users', variant, backends);
  const orders = await startService('orders', variant, backends, {USERS_URL: users.url, ...WITHOUT_CACHE});
  const cached = await startService('orders', variant, backends, {USERS_URL: users.url});
  const [read, place, placeKnown] = endpointNames;
  const ids = backends.userIds;
  const order = {method: 'POST', body: JSON.stringify({userId: '{id}', products})} as const;
  const endpoints: Endpoint[] = [
    {
      name: read,
      stream: {name: `${variant.name} ${read}`, method: 'GET', url: `${users.url}/api/users/{id}`, ids},
      status: 200,
      services: [users],
    },
    {
      name: place,
      stream: {...order, name: `${variant.name} ${place}`, url: `${orders.url}/api/orders`, ids},
      status: 201,
      services: [users, orders],
    },
    {
      name: placeKnown,
      stream: {
        ...order,
        name: `${variant.name} ${placeKnown}`,
        url: `${cached.url}/api/orders`,
        ids: mostlyKnown(ids),
      },
      status: 201,
      services: [users, cached],
    },
  ];
  for (const endpoint of endpoints) await untilAnswered(endpoint);
  return {
    variant,
    endpoints,
    stop: async () => void (await Promise.all([users, orders, cached].map(({program}) => program.stop()))),
  };
}

/** Sends one request, for the first user. */
export function askOnce(
  {stream: {method, url, body, ids = []}}: Endpoint,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const fill = (text: string) => text.replaceAll('{id}', ids[0] ?? '');
  return call(method, fill(url), {headers, ...(body !== undefined && {json: JSON.parse(fill(body))})});
}

export async function startService(
  name: 'users' | 'orders',
  variant: Variant,
  {mongoUrl, collectorUrl, folder}: Needs,
  settings: Record<string, string> = {},
): Promise<Service> {
  const [port, opsPort] = [await freePort(), await freePort()];
  const env = {
    PORT: String(port),
    OPS_PORT: String(opsPort),
    MONGO_URL: mongoUrl(`${name}-${variant.name}`),
    DRAIN_MS: '0',
    ...settings,
    ...(variant.spansOf.length > 0 && tracingTo(collectorUrl)),
    ...variant.settings,
  };
  const output = join(folder, `${variant.name}-${name}.log`);
  const program = await startProgram(variant.file.replace('*', name), {env, imports: variant.imports, output});
  return {program, url: `http://127.0.0.1:${port}`, opsUrl: `http://127.0.0.1:${opsPort}`};
}

const tracingTo = (collectorUrl: string) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: '0.1',
  OTEL_BSP_SCHEDULE_DELAY: String(EXPORT_MS),
});

const START_MS = 60_000;

/** @throws an error with the last answer if the right one does not come in time, or if a service ends. */
async function untilAnswered(endpoint: Endpoint): Promise<void> {
  const deadline = performance.now() + START_MS;
  const died = endpoint.services.map(({program}) => program.died);
  for (;;) {
    const {status, code} = await Promise.race([askOnce(endpoint), ...died]);
    if (status === endpoint.status) return;
    if (performance.now() > deadline) throw new Error(`${endpoint.stream.name}: ${status} ${code}`);
    await wait(50);
  }
}
