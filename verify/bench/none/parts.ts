import {Registry} from 'prom-client';
import {noLimits} from '#platform/access.ts';
import {createClientOf} from '#platform/address.ts';
import {openToAll} from '#platform/auth.ts';
import type {HttpParts} from '#platform/http.ts';
import {createLog, createStdout} from '#platform/log.ts';
import {createMetrics, type Metrics} from '#platform/metrics.ts';
import {createMongoMetrics, measureOperations, type MongoMetrics} from '#platform/mongo/metrics.ts';
import {createOpsServer} from '#platform/ops.ts';
import {createOverload} from '#platform/overload.ts';
import {createReadiness} from '#platform/readiness.ts';
import {createRequestMetrics, type RequestMetrics} from '#platform/request-metrics.ts';
import type {BaseConfig} from '#platform/settings.ts';
import {startTelemetry} from '#platform/telemetry.ts';

const ignore = () => undefined;
const uncounted = {inc: ignore, dec: ignore, set: ignore, observe: ignore};

const noRequestMetrics = {requests: uncounted, inFlight: {count: 0}} satisfies Record<keyof RequestMetrics, unknown>;

const noMongoMetrics = {
  operations: uncounted,
  pool: {open: 0, inUse: 0, waiting: 0},
  up: uncounted,
} satisfies Record<keyof MongoMetrics, unknown>;

/**
 * What an app and its store need in addition to the domain, without metrics, log and traces; with one of them, if
 * BENCH_WITH names it.
 */
export async function blindParts(
  service: string,
  {MAX_IN_FLIGHT, OPS_PORT}: BaseConfig,
): Promise<HttpParts & {mongoMetrics: MongoMetrics}> {
  const only = process.env['BENCH_WITH'];
  const metrics = only === 'metrics' ? createMetrics(service) : {registry: new Registry()};
  const readiness = createReadiness();
  const log =
    only === 'log' ? createLog(service, 'info', createStdout(metrics.registry)) : createLog(service, 'silent');
  if (only === 'traces') await startTelemetry(service, metrics.registry);
  const measured =
    'render' in metrics ? measure(metrics) : {requestMetrics: noRequestMetrics, mongoMetrics: noMongoMetrics};

  function measure(metrics: Metrics) {
    const mongoMetrics = createMongoMetrics(metrics.registry);
    measureOperations(mongoMetrics);
    createOpsServer({metrics, readiness}).listen(OPS_PORT);
    return {requestMetrics: createRequestMetrics(metrics.registry), mongoMetrics};
  }

  return {
    ...(measured as {requestMetrics: RequestMetrics; mongoMetrics: MongoMetrics}),
    log,
    readiness,
    corsOrigins: [],
    authenticate: openToAll,
    limits: noLimits,
    clientOf: createClientOf(),
    overload: createOverload(MAX_IN_FLIGHT, metrics.registry, log),
  };
}
