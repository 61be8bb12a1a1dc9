import {createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse} from 'node:http';
import type Koa from 'koa';
import {answerHeaders} from './answer-headers.ts';
import {createBursts} from './bursts.ts';
import {boundConnections, type ConnectionLimits} from './connections.ts';
import {newContext} from './context.ts';
import {crossOriginHeaders} from './cross-origin.ts';
import {headersTooLarge, malformed, requestTimeout, type ErrorKind} from './errors.ts';
import type {ServerParts} from './http.ts';
import {rawProblem, sendProblem} from './problems.ts';
import {methodOf} from './request-metrics.ts';
import {createTurns} from './turns.ts';
import {createUnread} from './unread.ts';

/**
 * Timeout for a whole request to arrive, and for the client to take its answer, in milliseconds. Shutdown waits as long
 * for the last answer.
 */
export const LONGEST_REQUEST_MS = 10_000;

/**
 * An HTTP server for the app, with a limit or a timeout on everything that a client controls.
 * Hand-written: sockets, Node's parser errors and its own answers are below Koa and its middleware.
 */
export function createHttpServer(
  app: Koa,
  parts: ServerParts,
  limits: ConnectionLimits = {all: 0, perAddress: 0, ageMs: 0},
  keepAliveMs = 65_000,
): Server {
  const {overload} = parts;
  const {serve, refuse} = listenersOf(app, parts);
  const turns = createTurns(serve, refuse, () => overload.observeDrop('pipelined'));
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
    listener,
  );
  const whileBusy = boundConnections(server, limits, () => overload.observeDrop('connections'));
  function listener(request: IncomingMessage, response: ServerResponse): void {
    whileBusy(request, response);
    turns.listener(request, response);
  }
  // Node silently drops excess headers; the app rejects the request.
  server.maxHeadersCount = 0;
  // To an unknown `Expect`, Node would answer 417 without a body.
  server.on('checkExpectation', listener);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else turns.end(socket, () => unparsed(error, parts));
  });
  server.on('connect', (_request, socket) =>
    turns.end(socket, () => unparsed(new Error('CONNECT is not supported'), parts)),
  );
  return server;
}

function listenersOf(app: Koa, parts: ServerParts): Record<'serve' | 'refuse', RequestListener> {
  const {overload, clientOf} = parts;
  const handle = app.callback();
  const boundUnread = createUnread(LONGEST_REQUEST_MS);
  const turn = createBursts();
  const inTurn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    await turn();
    await handle(request, response);
  };
  const refuse = (kind: ErrorKind, request: IncomingMessage, response: ServerResponse) => {
    shed(kind, request, response, parts);
    boundUnread(response);
  };
  return {
    serve(request, response) {
      const client = clientOf(request);
      const refusal = overload.refuseIfFull(client);
      if (refusal) return void overload.beforeRefusal(client).then(() => refuse(refusal, request, response));

      const answer = overload.isGreedy(client) ? inTurn : handle;
      void overload.whileHeld(client, () => answer(request, response)).then(() => boundUnread(response));
    },
    refuse: (request, response) => refuse(overload.refuse('pipelined'), request, response),
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
}

const kindOfParserError: Record<string, ErrorKind> = {
  HPE_HEADER_OVERFLOW: headersTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: requestTimeout,
};

/** The answer to what Node's parser refuses, as raw HTTP. */
function unparsed(error: NodeJS.ErrnoException, {log, corsOrigins}: ServerParts): string {
  const kind = kindOfParserError[error.code ?? ''] ?? malformed;
  const context = newContext();
  log.info({route: 'unparsed', status: kind.status, code: error.code, trace_id: context.traceId}, 'request refused');
  return rawProblem(kind, context.traceId, {...answerHeaders(context), ...crossOriginHeaders(corsOrigins)});
}
