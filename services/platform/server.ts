import {createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse} from 'node:http';
import type {Duplex} from 'node:stream';
import type Koa from 'koa';
import {answerHeaders} from './answer-headers.ts';
import {newContext} from './context.ts';
import {crossOriginHeaders} from './cross-origin.ts';
import {headersTooLarge, malformed, requestTimeout, type ErrorKind} from './errors.ts';
import type {ServerParts} from './http.ts';
import {rawProblem, sendProblem} from './problems.ts';
import {methodOf} from './request-metrics.ts';

/**
 * Timeout for a whole request to arrive, and for the client to take its answer, in milliseconds. Shutdown waits as long
 * for the last answer.
 */
export const LONGEST_REQUEST_MS = 10_000;

/**
 * An HTTP server for the app, with a limit or a timeout on everything that a client controls.
 * Hand-written: sockets, Node's parser errors and its own answers are below Koa and its middleware.
 */
export function createHttpServer(app: Koa, parts: ServerParts, maxConnections = 0, keepAliveMs = 65_000): Server {
  const serve = listenerOf(app, parts);
  const server = createServer(
    {
      maxHeaderSize: 8 * 1024,
      headersTimeout: 5_000,
      requestTimeout: LONGEST_REQUEST_MS,
      // Node checks the two timeouts only this often; its default of 30 s would make them 35 s and 40 s.
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: keepAliveMs,
      // Off, because Node's answer has no body. The app answers a missing host with a problem.
      requireHostHeader: false,
    },
    serve,
  );
  // Node silently drops excess headers; the app rejects the request.
  server.maxHeadersCount = 0;
  // A connection stays with one pod. Closing it after 1,000 requests lets busy clients find new pods.
  server.maxRequestsPerSocket = 1_000;
  server.maxConnections = maxConnections || Infinity;
  server.on('drop', parts.overload.observeDrop);
  // To an unknown `Expect`, Node would answer 417 without a body.
  server.on('checkExpectation', serve);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket, parts));
  server.on('connect', (_request, socket) => refuse(new Error('CONNECT is not supported'), socket, parts));
  return server;
}

function listenerOf(app: Koa, parts: ServerParts): RequestListener {
  const handle = app.callback();
  return (request, response) => {
    latest.set(request.socket, response);
    const refusal = parts.overload.refuseIfFull();
    if (refusal) return shed(refusal, request, response, parts);
    void handle(request, response).then(() => cutUnlessTaken(response));
  };
}

/** Refuses before the app runs and without a log line. Under overload that saves three quarters of the work. */
function shed(kind: ErrorKind, request: IncomingMessage, response: ServerResponse, parts: ServerParts): void {
  const {headers, method} = request;
  const context = newContext(headers['traceparent'] as string, headers['x-request-id'] as string);
  sendProblem(response, kind, context.traceId, {
    ...answerHeaders(context),
    ...crossOriginHeaders(parts.corsOrigins, headers.origin),
    ...(parts.readiness.isDraining() && {Connection: 'close'}),
  });
  const labels = {method: methodOf(String(method)), route: 'shed', status: kind.status};
  parts.requestMetrics.requests.observe({labels, value: 0, exemplarLabels: {}});
  cutUnlessTaken(response);
}

/** Cuts the connection of a client that does not read its answer, which stays in our memory until then. */
function cutUnlessTaken(response: ServerResponse): void {
  if (response.closed) return;

  const timer = setTimeout(() => response.destroy(), LONGEST_REQUEST_MS);
  response.once('close', () => clearTimeout(timer));
}

const kindOfParserError: Record<string, ErrorKind> = {
  HPE_HEADER_OVERFLOW: headersTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: requestTimeout,
};

/** The answer to the latest request of each connection. */
const latest = new WeakMap<Duplex, ServerResponse>();

function refuse(error: NodeJS.ErrnoException, socket: Duplex, {log, corsOrigins}: ServerParts): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const response = latest.get(socket);
  if (response && isAnotherDue(response)) return endAfter(response, socket);

  const kind = kindOfParserError[error.code ?? ''] ?? malformed;
  const context = newContext();
  log.info({route: 'unparsed', status: kind.status, code: error.code, trace_id: context.traceId}, 'request refused');
  socket.end(rawProblem(kind, context.traceId, {...answerHeaders(context), ...crossOriginHeaders(corsOrigins)}));
}

/** True if the client would mistake this refusal for another request's answer, or for a second answer. */
const isAnotherDue = ({req, headersSent}: ServerResponse): boolean => req.complete !== headersSent;

function endAfter(response: ServerResponse, socket: Duplex): void {
  if (response.writableFinished) socket.destroy();
  else response.once('finish', () => socket.end());
}
