import {createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse} from 'node:http';
import type {Duplex} from 'node:stream';
import type Koa from 'koa';
import {newContext, traceparentOf} from './context.ts';
import {crossOriginHeaders} from './cross-origin.ts';
import {headersTooLarge, malformed, requestTimeout, type ErrorKind} from './errors.ts';
import type {ServerParts} from './http.ts';
import type {Log} from './log.ts';
import {rawProblem, sendProblem} from './problems.ts';
import {methodOf} from './request-metrics.ts';

/** The longest that a whole request may take to arrive, and its answer to be taken; shutdown waits as long for the last one. */
export const LONGEST_REQUEST_MS = 10_000;

/** A server for the app, with a limit on every size, number and wait that a client controls. */
export function createHttpServer(app: Koa, parts: ServerParts, maxConnections = 0): Server {
  const serve = listenerOf(app, parts);
  const server = createServer(
    {
      maxHeaderSize: 8 * 1024,
      headersTimeout: 5_000,
      requestTimeout: LONGEST_REQUEST_MS,
      // Node checks the two above only this often; its 30 s would make them 35 and 40.
      connectionsCheckingInterval: 1_000,
      // Longer than the idle time of the load balancers in front (60 s), or they meet a closed socket.
      keepAliveTimeout: 65_000,
      // Node's own answer has no body; the app's is a problem like any other.
      requireHostHeader: false,
    },
    serve,
  );
  // What is over the count Node would leave out, quietly; the app refuses it.
  server.maxHeadersCount = 0;
  // A connection stays with one pod for as long as it lives; this way busy ones find the pods that are new.
  server.maxRequestsPerSocket = 1_000;
  server.maxConnections = maxConnections || Infinity;
  server.on('drop', parts.overload.observeDrop);
  // An `Expect` that Node does not know: it would answer 417 without a body.
  server.on('checkExpectation', serve);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket, parts.log));
  server.on('connect', (_request, socket) => refuse(new Error('this is no proxy'), socket, parts.log));
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

/** Before the app, and with no line of log: that is a quarter of the work, and there is much to refuse. */
function shed(kind: ErrorKind, request: IncomingMessage, response: ServerResponse, parts: ServerParts): void {
  const {headers, method} = request;
  const context = newContext(headers['traceparent'] as string, headers['x-request-id'] as string);
  sendProblem(response, kind, context.traceId, {
    'X-Request-Id': context.requestId,
    traceresponse: traceparentOf(context),
    ...crossOriginHeaders(parts.corsOrigins, headers.origin),
    ...(parts.readiness.isDraining() && {Connection: 'close'}),
  });
  const labels = {method: methodOf(String(method)), route: 'shed', status: kind.status};
  parts.requestMetrics.requests.observe({labels, value: 0, exemplarLabels: {}});
  cutUnlessTaken(response);
}

/** Its client would keep the answer in our memory for as long as it does not read it. */
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

function refuse(error: NodeJS.ErrnoException, socket: Duplex, log: Log): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const response = latest.get(socket);
  if (response && isAnotherDue(response)) return endAfter(response, socket);

  const kind = kindOfParserError[error.code ?? ''] ?? malformed;
  const {traceId} = newContext();
  log.info({route: 'unparsed', status: kind.status, code: error.code, trace_id: traceId}, 'request refused');
  socket.end(rawProblem(kind, traceId));
}

/** Whether the client would take a refusal for the answer to an earlier request, or for a second one to this. */
const isAnotherDue = ({req, headersSent}: ServerResponse): boolean => req.complete !== headersSent;

function endAfter(response: ServerResponse, socket: Duplex): void {
  if (response.writableFinished) socket.destroy();
  else response.once('finish', () => socket.end());
}
