import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {freePort} from '../../dev/ports.ts';
import {startProgram, type Program} from './program.ts';
import {sendAt, type Call} from './send.ts';
import type {Backends} from './backends.ts';
import type {Variant} from './variants.ts';

export const endpointNames = ['GET /api/users/:id', 'POST /api/orders'] as const;
export type EndpointName = (typeof endpointNames)[number];

export type Endpoint = {
  name: EndpointName;
  nextCall: () => Call;
  /** The processes that take part in the answer. */
  services: Service[];
};

export type Service = {program: Program; url: string; metricsUrl: string};

/** Both services of one variant, each a process of its own. */
export type System = {variant: Variant; endpoints: Endpoint[]; stop: () => Promise<void>};

/** Spans are sent this long after the first of them ended; by default it would be 5 s, the length of several slices. */
export const EXPORT_MS = 500;

const products = [
  {productId: 'book', quantity: 3, price: 19.99},
  {productId: 'lamp', quantity: 1, price: 45},
];

/** orders remembers whom it found; here both services are to work for each order. */
const ASKS_EACH_TIME = {USERS_CACHE_FRESH_MS: '0'};

/** Starts both services, and waits until they answer as they should. */
export async function startSystem(variant: Variant, backends: Backends): Promise<System> {
  const users = await startService('users', variant, backends);
  const orders = await startService('orders', variant, backends, {USERS_URL: users.url, ...ASKS_EACH_TIME});
  const readUser = (): Call => ({
    method: 'GET',
    url: `${users.url}/api/users/${backends.anyUser()}`,
    body: '',
    status: 200,
  });
  const placeOrder = (): Call => ({
    method: 'POST',
    url: `${orders.url}/api/orders`,
    body: JSON.stringify({userId: backends.anyUser(), products}),
    status: 201,
  });

  await untilAnswered(readUser, users);
  await untilAnswered(placeOrder, orders);
  return {
    variant,
    endpoints: [
      {name: 'GET /api/users/:id', nextCall: readUser, services: [users]},
      {name: 'POST /api/orders', nextCall: placeOrder, services: [users, orders]},
    ],
    stop: async () => void (await Promise.all([orders.program.stop(), users.program.stop()])),
  };
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

/** @throws the last failure when there is no right answer in time, or what ended the process. */
async function untilAnswered(nextCall: () => Call, {program}: Service): Promise<void> {
  const deadline = performance.now() + START_MS;
  for (;;) {
    const [failure] = await Promise.race([sendAt([0], nextCall), program.died]);
    if (!failure) return;
    if (performance.now() > deadline) throw new Error(failure);
    await wait(50);
  }
}
