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

/** What refuses a request before it reaches the app, and answers for it. */
export type ServerParts = {
  log: Log;
  requestMetrics: RequestMetrics;
  readiness: Readiness;
  /** Origins whose pages may call; none named means any, always without credentials. */
  corsOrigins: string[];
  overload: Overload;
};

export type HttpParts = ServerParts &
  Guard & {
    /** Proxies in front, each of which adds the address it was called from to X-Forwarded-For; none unless said. */
    trustedProxies?: number;
  };

/** The one order of middleware: what must see every answer stands outside, what may refuse a request inside. */
export function createHttpApp<Deps>(
  {log, requestMetrics, readiness, corsOrigins, trustedProxies = 0, overload, ...guard}: HttpParts,
  document: OpenApiDocument,
  routes: Route<Deps>[],
  deps: Deps,
): Koa {
  // What is further left in X-Forwarded-For than our own proxies write comes from the client.
  const app = new Koa({proxy: trustedProxies > 0, maxIpsCount: trustedProxies});
  const router = createRouter(routes, deps, guard, overload);
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

const safeHeaders: Middleware = async function safeHeaders(ctx, next) {
  ctx.set({'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store'});
  await next();
};

/** The longest path and query, and the most headers, that a call of these APIs has any use for. */
const [MAX_URL, MAX_HEADERS] = [2_048, 100];

const boundedHead: Middleware = async function boundedHead({req}, next) {
  if (String(req.url).length > MAX_URL || namesOf(req).length > MAX_HEADERS) throw new AppError(headersTooLarge);
  if (!isPlain(req)) throw new AppError(malformed);
  await next();
};

const namesOf = ({rawHeaders}: IncomingMessage): string[] => rawHeaders.filter((_, index) => index % 2 === 0);

/** Node lets pass what others on the way may read in another way: HTTP/0.9, two hosts, a coding that it does not undo. */
function isPlain(request: IncomingMessage): boolean {
  const hosts = namesOf(request).filter(name => name.toLowerCase() === 'host').length;
  const coding = request.headers['transfer-encoding'] ?? 'chunked';
  return (hosts === 1 || (hosts === 0 && request.httpVersion === '1.0')) && coding.toLowerCase() === 'chunked';
}
