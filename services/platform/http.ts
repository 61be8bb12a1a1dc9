import {createServer, type Server} from 'node:http';
import type {Duplex} from 'node:stream';
import cors from '@koa/cors';
import Koa, {type Middleware} from 'koa';
import type {Guard} from './access.ts';
import {currentContext, newContext, runInContext, traceparentOf} from './context.ts';
import {docsPage, type OpenApiDocument} from './openapi.ts';
import {headersTooLarge, malformed, requestTimeout, type ErrorKind} from './errors.ts';
import type {Log} from './log.ts';
import type {Metrics} from './metrics.ts';
import {problems, rawProblem} from './problems.ts';
import type {Readiness} from './readiness.ts';
import {allowedMethods, createRouter, routeOf, type Route} from './router.ts';
import {endRequest, startRequest} from './tracing.ts';

export type HttpParts = Guard & {
  log: Log;
  metrics: Metrics;
  readiness: Readiness;
  /** Origins whose pages may call; none named means any, always without credentials. */
  corsOrigins: string[];
  /** Proxies in front, each of which adds the address it was called from to X-Forwarded-For; none unless said. */
  trustedProxies?: number;
};

/** The one order of middleware: what must see every answer stands outside, what may refuse a request inside. */
export function createHttpApp<Deps>(
  {log, metrics, readiness, corsOrigins, trustedProxies = 0, ...guard}: HttpParts,
  document: OpenApiDocument,
  routes: Route<Deps>[],
  deps: Deps,
): Koa {
  // What is further left in X-Forwarded-For than our own proxies write comes from the client.
  const app = new Koa({proxy: trustedProxies > 0, maxIpsCount: trustedProxies});
  const router = createRouter(routes, deps, guard);
  router.get('/openapi.json', ctx => void (ctx.body = document));
  router.get('/docs', docsPage());

  app.use(requestContext);
  app.use(closeWhileDraining(readiness));
  app.use(requestLog(log));
  app.use(requestMetrics(metrics));
  app.use(safeHeaders);
  app.use(crossOrigin(corsOrigins));
  app.use(problems(log));
  app.use(allowedMethods);
  app.use(router.routes());
  app.on('error', (error: unknown) => log.error({err: error}, 'answer failed'));
  return app;
}

const requestContext: Middleware = async function requestContext(ctx, next) {
  const context = startRequest(ctx.method, ctx.get('traceparent'), ctx.get('x-request-id'));
  ctx.set({'X-Request-Id': context.requestId, traceresponse: traceparentOf(context)});
  await runInContext(context, next);
  endRequest(context, ctx.method, routeOf(ctx), ctx.status);
};

function closeWhileDraining(readiness: Readiness): Middleware {
  return async function closeWhileDraining(ctx, next) {
    await next();
    // A client that keeps its connection would meet a closed socket at its next request.
    if (readiness.isDraining()) ctx.set('Connection', 'close');
  };
}

function requestLog(log: Log): Middleware {
  return async function requestLog(ctx, next) {
    const start = performance.now();
    await next();
    const ms = Math.round((performance.now() - start) * 10) / 10;
    log.info({method: ctx.method, route: routeOf(ctx), status: ctx.status, ms}, 'request');
  };
}

function requestMetrics({requests, inFlight}: Metrics): Middleware {
  return async function requestMetrics(ctx, next) {
    const start = performance.now();
    inFlight.inc();
    try {
      await next();
    } finally {
      inFlight.dec();
      const labels = {method: ctx.method, route: routeOf(ctx), status: ctx.status};
      requests.observe({labels, value: (performance.now() - start) / 1000, exemplarLabels: exemplar()});
    }
  };
}

/** The trace of a sampled request, so that a slow bucket leads to one. */
function exemplar(): Record<string, string> {
  const context = currentContext();
  return context?.span ? {trace_id: context.traceId, span_id: context.spanId} : {};
}

const safeHeaders: Middleware = async function safeHeaders(ctx, next) {
  ctx.set({'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store'});
  await next();
};

const EXPOSED = ['ETag', 'Location', 'Link', 'Retry-After', 'Idempotency-Replayed', 'X-Request-Id', 'X-Problem-Code'];

const crossOrigin = (origins: string[]): Middleware =>
  cors({
    origin: ctx => (origins.length === 0 ? '*' : (origins.find(origin => origin === ctx.get('Origin')) ?? '')),
    allowMethods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    exposeHeaders: EXPOSED,
    maxAge: 600,
  });

/** The longest that a whole request may take to arrive; shutdown waits as long for the last one. */
export const LONGEST_REQUEST_MS = 10_000;

/** A server for the app, with a limit on every size and wait that a client controls. */
export function createHttpServer(app: Koa, log: Log): Server {
  const handle = app.callback();
  const server = createServer(
    {
      maxHeaderSize: 8 * 1024,
      headersTimeout: 5_000,
      requestTimeout: LONGEST_REQUEST_MS,
      // Node checks the two above only this often; its 30 s would make them 35 and 40.
      connectionsCheckingInterval: 1_000,
      // Longer than the idle time of the load balancers in front (60 s), or they meet a closed socket.
      keepAliveTimeout: 65_000,
    },
    (request, response) => void handle(request, response),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket, log));
  return server;
}

const kindOfParserError: Record<string, ErrorKind> = {
  HPE_HEADER_OVERFLOW: headersTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: requestTimeout,
};

function refuse(error: NodeJS.ErrnoException, socket: Duplex, log: Log): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();

  const kind = kindOfParserError[error.code ?? ''] ?? malformed;
  const {traceId} = newContext();
  log.info({route: 'unparsed', status: kind.status, code: error.code, trace_id: traceId}, 'request refused');
  socket.end(rawProblem(kind, traceId));
}
