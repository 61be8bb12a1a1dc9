import {once} from 'node:events';
import type {AddressInfo} from 'node:net';
import type {ExecutionContext} from 'ava';
import got, {type ExtendOptions, type Got} from 'got';
import type Koa from 'koa';
import {noLimits} from '../access.ts';
import {createClientOf} from '../address.ts';
import {openToAll} from '../auth.ts';
import type {HttpParts} from '../http.ts';
import {createLog} from '../log.ts';
import {createMetrics, type Metrics} from '../metrics.ts';
import {createOverload} from '../overload.ts';
import {createReadiness} from '../readiness.ts';
import {createRequestMetrics} from '../request-metrics.ts';
import {createHttpServer} from '../server.ts';

/**
 * The parts of platform that an app needs, without log output. The limit does not adapt: the event loop of a test shares its
 * cores with other tests, and may lag at any time.
 */
export function testParts(maxInFlight = 0): HttpParts & {metrics: Metrics} {
  const [log, metrics] = [createLog('test', 'silent'), createMetrics()];
  return {
    log,
    metrics,
    requestMetrics: createRequestMetrics(metrics.registry),
    readiness: createReadiness(),
    corsOrigins: [],
    authenticate: openToAll,
    limits: noLimits,
    clientOf: createClientOf(),
    overload: createOverload(maxInFlight, metrics.registry, log, () => undefined),
  };
}

/** Serves the app on a free port until the test ends. The client returns answers of any status, with JSON bodies. */
export async function startApp(
  t: ExecutionContext,
  app: Koa,
  options: ExtendOptions = {},
  parts = testParts(),
): Promise<Got> {
  const server = createHttpServer(app, parts).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });

  const {port} = server.address() as AddressInfo;
  return got.extend({
    prefixUrl: `http://127.0.0.1:${port}`,
    throwHttpErrors: false,
    responseType: 'json',
    retry: {limit: 0},
    ...options,
  });
}
