import {once} from 'node:events';
import type {Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {setTimeout as wait} from 'node:timers/promises';
import type Koa from 'koa';
import type * as z from 'zod';
import {createClientOf} from './address.ts';
import {ConfigError, maskSecrets, readConfig} from './config.ts';
import {createExit, type Exit} from './exit.ts';
import type {ServerParts} from './http.ts';
import {createLog, createStdout} from './log.ts';
import {createMetrics, type Metrics} from './metrics.ts';
import {createOpsServer} from './ops.ts';
import {createOverload} from './overload.ts';
import {createReadiness} from './readiness.ts';
import {createRequestMetrics} from './request-metrics.ts';
import {createHttpServer, LONGEST_REQUEST_MS} from './server.ts';
import {coherent, connectionLimitsIn, type BaseConfig} from './settings.ts';
import {startTelemetry} from './telemetry.ts';
import type {Telemetry} from './trace-export.ts';

export type Service<Config> = ServerParts & Exit & {config: Config; metrics: Metrics; telemetry: Telemetry};

/**
 * Reads the settings and opens the ops port, so that Kubernetes can probe everything that follows.
 * An invalid setting, a port in use, an uncaught exception or an unhandled rejection ends the process with exit code 1.
 */
export async function boot<S extends z.ZodObject>(
  name: string,
  settings: S,
): Promise<Service<z.output<S> & BaseConfig>> {
  const config = readConfigOrExit(settings) as z.output<S> & BaseConfig;
  const metrics = createMetrics(name);
  const stdout = createStdout(metrics.registry);
  const log = createLog(name, config.LOG_LEVEL, stdout);
  const ends = createExit(log, stdout);
  const readiness = createReadiness();
  const telemetry = await startTelemetry(name, metrics.registry);
  const opsPort = await listen(createOpsServer({metrics, readiness}), config.OPS_PORT, config, ends);
  log.info({opsPort, settings: maskSecrets(settings, config)}, 'starting');
  return {
    config,
    log,
    metrics,
    requestMetrics: createRequestMetrics(metrics.registry),
    readiness,
    overload: createOverload(config.MAX_IN_FLIGHT, metrics.registry, log),
    corsOrigins: config.CORS_ORIGINS,
    clientOf: createClientOf(config.TRUSTED_PROXIES),
    telemetry,
    ...ends,
  };
}

function readConfigOrExit<S extends z.ZodObject>(settings: S): z.output<S> {
  try {
    return readConfig(coherent(settings), process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

const RETRY_AFTER_MS = 1_000;

/** Retries `open` once a second until it succeeds. Until then the service is not ready, and `/readyz` says why. */
export async function untilOpen<T>(
  open: () => Promise<T>,
  {log, readiness}: Pick<Service<never>, 'log' | 'readiness'>,
): Promise<T> {
  for (;;) {
    try {
      return await open();
    } catch (error) {
      readiness.fail('startup', `MongoDB: ${(error as Error).message}`);
      log.warn({err: error}, 'MongoDB cannot be used yet');
      await wait(RETRY_AFTER_MS);
    }
  }
}

/**
 * Serves the app until SIGTERM or SIGINT, then shuts down gracefully. It drains for DRAIN_MS: not ready, still serving,
 * `Connection: close` on every answer. Then it accepts no new connection and waits for the answers in flight. `close`
 * runs last, if given, and the process ends with exit code 0; with 1 if all that takes longer than SHUTDOWN_MS.
 * Hand-written: terminus and stoppable close the port before any answer says `Connection: close`.
 */
export async function serve(app: Koa, service: Service<BaseConfig>, close?: () => Promise<void>): Promise<void> {
  const {config, log, readiness, telemetry, exit, die, untilSignal} = service;
  const server = createHttpServer(app, service, connectionLimitsIn(config), config.KEEP_ALIVE_MS);
  const port = await listen(server, config.PORT, config, service);
  readiness.pass('startup');
  log.info({port}, 'ready');

  const signal = await untilSignal();
  log.info({signal}, 'draining');
  setTimeout(
    () => void die(new Error(`still running after ${config.SHUTDOWN_MS} ms (SHUTDOWN_MS)`), 'shutdown timed out'),
    config.SHUTDOWN_MS,
  ).unref();
  readiness.drain();
  await wait(config.DRAIN_MS);
  await closeServer(server);
  await telemetry.shutdown();
  await close?.();
  log.info('stopped');
  await exit(0);
}

async function closeServer(server: Server): Promise<void> {
  const {promise, resolve} = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  // A client that connects and sends nothing would keep the process running.
  const timer = setTimeout(() => server.closeAllConnections(), LONGEST_REQUEST_MS);
  await promise;
  clearTimeout(timer);
}

/** Listens on this port, or on any free port for 0, and returns the port. */
async function listen(server: Server, port: number, {LISTEN_HOST}: BaseConfig, {die}: Exit): Promise<number> {
  try {
    server.listen({port, ...(LISTEN_HOST && {host: LISTEN_HOST})});
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    return die(error, 'port cannot be opened');
  }
}
