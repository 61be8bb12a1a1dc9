import type {IncomingMessage} from 'node:http';
import Koa, {type Middleware} from 'koa';
import type {Guard} from './access.ts';
import {runInContext, traceparentOf} from './context.ts';
import {crossOrigin} from './cross-origin.ts';
import {docsPage, type OpenApiDocument} from './openapi.ts';
import {AppError, headersTooLarge, malformed} from './errors.ts';
import type {Log} from './log.ts';
import type {Overload} from './overload.ts';
import {problems} from './problems.ts';
import type {Readiness} from './readiness.ts';
import {measureRequests, type RequestMetrics} from './request-metrics.ts';
import {allowedMethods, createRouter, routeOf, type Route} from './router.ts';
import {endRequest, startRequest} from './tracing.ts';

/** What the server needs to refuse a request before it reaches the app. */
export type ServerParts = {
  log: Log;
  requestMetrics: RequestMetrics;
  readiness: Readiness;
  /** Allowed CORS origins; an empty list allows any. Credentials are never allowed. */
  corsOrigins: string[];
  overload: Overload;
};

export type HttpParts = ServerParts &
  Guard & {
    /** Number of trusted proxies in front. Each appends its caller's address to X-Forwarded-For. Default 0. */
    trustedProxies?: number;
  };

/** The app. Middleware runs outermost first: middleware that must see every answer wraps middleware that may refuse. */
export function createHttpApp<Deps>(
  {log, requestMetrics, readiness, corsOrigins, trustedProxies = 0, overload, ...guard}: HttpParts,
  document: OpenApiDocument,
  routes: Route<Deps>[],
  deps: Deps,
): Koa {
  // Only the rightmost entries of X-Forwarded-For, one per trusted proxy, can be trusted: the client may send others.
  const app = new Koa({proxy: trustedProxies > 0, maxIpsCount: trustedProxies});
  const router = createRouter(routes, deps, guard, overload);
  router.get('/', ctx => void (ctx.body = entry));
  router.get('/openapi.json', ctx => void (ctx.body = document));
  router.get('/docs', docsPage());

  app.use(requestContext);
  app.use(closeWhileDraining(readiness));
  app.use(requestLog(log));
  app.use(measureRequests(requestMetrics));
  app.use(safeHeaders);
  app.use(crossOrigin(corsOrigins));
  app.use(problems(log));
  app.use(boundedHead);
  app.use(allowedMethods);
  app.use(router.routes());
  app.on('error', (error: unknown) => log[isClientGone(error) ? 'debug' : 'error']({err: error}, 'response failed'));
  return app;
}

const CLIENT_GONE = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE']);

/** A client that goes away is its own business: as an error in the log it would hide ours. */
const isClientGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && CLIENT_GONE.has(String(error.code));

/** What load balancers get that check the health of `/`, and people who open it. */
const entry = {docs: '/docs', openapi: '/openapi.json'};

const requestContext: Middleware = async function requestContext(ctx, next) {
  const context = startRequest(ctx.method, ctx.get('traceparent'), ctx.get('x-request-id'));
  ctx.set({'X-Request-Id': context.requestId, traceresponse: traceparentOf(context)});
  await runInContext(context, next);
  endRequest(context, ctx.method, routeOf(ctx), ctx.status);
};

function closeWhileDraining(readiness: Readiness): Middleware {
  return async function closeWhileDraining(ctx, next) {
    await next();
    // A client that keeps its connection would find the socket closed at its next request.
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

const safeHeaders: Middleware = async function safeHeaders(ctx, next) {
  ctx.set({'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store'});
  await next();
};

/** Limits for path and query (characters) and for the number of headers, well above what a call of these APIs needs. */
const [MAX_URL, MAX_HEADERS] = [2_048, 100];

const boundedHead: Middleware = async function boundedHead({req}, next) {
  if (String(req.url).length > MAX_URL || namesOf(req).length > MAX_HEADERS) throw new AppError(headersTooLarge);
  if (!isPlain(req)) throw new AppError(malformed);
  await next();
};

const namesOf = ({rawHeaders}: IncomingMessage): string[] => rawHeaders.filter((_, index) => index % 2 === 0);

/**
 * False for requests that Node accepts but a proxy may parse differently (request smuggling): HTTP/0.9, two Host
 * headers, a transfer coding that Node does not decode.
 */
function isPlain(request: IncomingMessage): boolean {
  const hosts = namesOf(request).filter(name => name.toLowerCase() === 'host').length;
  const coding = request.headers['transfer-encoding'] ?? 'chunked';
  return (hosts === 1 || (hosts === 0 && request.httpVersion === '1.0')) && coding.toLowerCase() === 'chunked';
}
