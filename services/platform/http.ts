import type {IncomingMessage} from 'node:http';
import Koa, {type Middleware} from 'koa';
import type {Guard} from './access.ts';
import type {ClientOf} from './address.ts';
import {crossOrigin} from './cross-origin.ts';
import {docs} from './docs.ts';
import type {OpenApiDocument} from './openapi.ts';
import {AppError, headersTooLarge, malformed, unsupportedVersion} from './errors.ts';
import type {Log} from './log.ts';
import type {Overload} from './overload.ts';
import {problems} from './problems.ts';
import type {Readiness} from './readiness.ts';
import type {RequestMetrics} from './request-metrics.ts';
import {observeRequests} from './requests.ts';
import {allowedMethods, createRouter, type Route} from './router.ts';

/** What the server needs to refuse a request before it reaches the app. */
export type ServerParts = {
  log: Log;
  requestMetrics: RequestMetrics;
  readiness: Readiness;
  /** Allowed CORS origins; an empty list allows any. Credentials are never allowed. */
  corsOrigins: string[];
  overload: Overload;
  clientOf: ClientOf;
};

export type HttpParts = ServerParts & Guard;

/** The app. Middleware runs outermost first: middleware that must see every answer wraps middleware that may refuse. */
export function createHttpApp<Deps>(
  {log, requestMetrics, readiness, corsOrigins, overload, ...guard}: HttpParts,
  document: OpenApiDocument,
  routes: Route<Deps>[],
  deps: Deps,
): Koa {
  const app = new Koa();
  const router = createRouter(routes, deps, guard, overload);
  router.get('/', jsonOnce(entry));
  router.get('/openapi.json', jsonOnce(document));
  for (const [path, sendFile] of Object.entries(docs)) router.get(path, sendFile);

  app.use(observeRequests(log, requestMetrics));
  app.use(closeWhileDraining(readiness));
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

/** The answer to load balancers that check the health of `/`, and to people who open it. */
const entry = {docs: '/docs', openapi: '/openapi.json'};

/** Answers the same JSON to all: written once, held once, whoever reads it slowly. */
function jsonOnce(value: unknown): Middleware {
  const body = Buffer.from(JSON.stringify(value));
  return async function jsonOnce(ctx) {
    ctx.type = 'json';
    ctx.body = body;
  };
}

function closeWhileDraining(readiness: Readiness): Middleware {
  return async function closeWhileDraining(ctx, next) {
    await next();
    // A client that keeps its connection would find the socket closed at its next request.
    if (readiness.isDraining()) ctx.set('Connection', 'close');
  };
}

/** Limits for path and query (characters) and for the number of headers, well above what a call of these APIs needs. */
const [MAX_URL, MAX_HEADERS] = [2_048, 100];

const boundedHead: Middleware = async function boundedHead(ctx, next) {
  const {req} = ctx;
  if (String(req.url).length > MAX_URL || req.rawHeaders.length / 2 > MAX_HEADERS) throw new AppError(headersTooLarge);
  const problem = !isPlain(req) ? malformed : isKnownVersion(req) ? undefined : unsupportedVersion;
  if (!problem) return next();

  // Whoever wrote such a head may mean another end of this request than we do.
  ctx.set('Connection', 'close');
  throw new AppError(problem);
};

// Node's parser takes 0.9 and 2.0, too. A client that means HTTP/2 does not begin with such a line.
const isKnownVersion = ({httpVersion}: IncomingMessage): boolean => httpVersion === '1.1' || httpVersion === '1.0';

/** A host and perhaps a port (RFC 3986, 3.2.2): a name, an IPv4 address, or an IPv6 address in brackets. */
const HOST = /^(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*(?::\d*)?$|^\[[\da-f:.]+\](?::\d*)?$/iu;

/**
 * False for requests that Node accepts but a proxy may parse differently (request smuggling): two Host headers, one that
 * is no host, a transfer coding that Node does not decode, or any in HTTP/1.0 (RFC 9112, 6.1).
 */
function isPlain(request: IncomingMessage): boolean {
  const hosts = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  const isOld = request.httpVersion === '1.0';
  const coding = request.headers['transfer-encoding'];
  const isFramed = coding === undefined || (coding.toLowerCase() === 'chunked' && !isOld);
  return isFramed && (hosts === 1 || (hosts === 0 && isOld)) && HOST.test(request.headers.host ?? '');
}
