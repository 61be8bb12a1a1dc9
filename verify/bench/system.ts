import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {freePort} from '../../dev/ports.ts';
import {call, type Answer} from '../lib/client.ts';
import type {Stream} from '../lib/load/plan.ts';
import type {Backends} from './backends.ts';
import {startProgram, type Program} from './program.ts';
import type {Variant} from './variants.ts';

export const endpointNames = ['GET /api/users/:id', 'POST /api/orders'] as const;
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

export type Service = {program: Program; url: string; metricsUrl: string};

/** Both services of one variant, as processes. */
export type System = {variant: Variant; endpoints: Endpoint[]; stop: () => Promise<void>};

/** The delay of span exports. The default of 5 s is as long as several slices. */
export const EXPORT_MS = 500;

const products = [
  {productId: 'book', quantity: 3, price: 19.99},
  {productId: 'lamp', quantity: 1, price: 45},
];

/** Makes orders ask users about every order, so that both services work for it. */
const WITHOUT_CACHE = {USERS_CACHE_FRESH_MS: '0'};

/** Starts both services, and waits until every endpoint gives the right answer. */
export async function startSystem(variant: Variant, backends: Backends): Promise<System> {
  const users = await startService('users', variant, backends);
  const orders = await startService('orders', variant, backends, {USERS_URL: users.url, ...WITHOUT_CACHE});
  const [read, place] = endpointNames;
  const ids = backends.userIds;
  const endpoints: Endpoint[] = [
    {
      name: read,
      stream: {name: `${variant.name} ${read}`, method: 'GET', url: `${users.url}/api/users/{id}`, ids},
      status: 200,
      services: [users],
    },
    {
      name: place,
      stream: {
        name: `${variant.name} ${place}`,
        method: 'POST',
        url: `${orders.url}/api/orders`,
        body: JSON.stringify({userId: '{id}', products}),
        ids,
      },
      status: 201,
      services: [users, orders],
    },
  ];
  for (const endpoint of endpoints) await untilAnswered(endpoint);
  return {
    variant,
    endpoints,
    stop: async () => void (await Promise.all([orders.program.stop(), users.program.stop()])),
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

async function startService(
  name: 'users' | 'orders',
  variant: Variant,
  {mongoUrl, collectorUrl, folder}: Backends,
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
  };
  const output = join(folder, `${variant.name}-${name}.log`);
  const program = await startProgram(variant.file.replace('*', name), {env, imports: variant.imports, output});
  return {program, url: `http://127.0.0.1:${port}`, metricsUrl: `http://127.0.0.1:${opsPort}/metrics`};
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
