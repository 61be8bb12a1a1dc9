import type {IncomingHttpHeaders} from 'node:http';
import {SpanKind} from '@opentelemetry/api';
import got, {HTTPError, RequestError, TimeoutError, type Got} from 'got';
import {contextHeaders} from '../context.ts';
import {inSpan} from '../tracing.ts';
import {createAgents} from './agent.ts';

export type AttemptSettings = {URL: string; CONNECT_MS: number; ATTEMPT_MS: number};

/** A call that does no harm when it is made twice; its path begins without a slash. */
export type SafeRequest = {method: 'HEAD' | 'GET'; path: string};

export type Answer = {statusCode: number; headers: IncomingHttpHeaders; body: string};

/**
 * Makes a call to a neighbour, once, over one of at most `maxSockets` connections; as the caller whose token it is, if any.
 * `from` is the name of this service, which the neighbour is told.
 * @throws RequestError when no answer came in time, or one of 500 and above: the neighbour is not well.
 */
export function createAttempt(from: string, settings: AttemptSettings, maxSockets: number) {
  const client = createClient(from, settings, maxSockets);
  const address = addressOf(settings.URL);

  return async function attempt({method, path}: SafeRequest, token?: string, signal?: AbortSignal): Promise<Answer> {
    const headers = token === undefined ? {} : {authorization: `Bearer ${token}`};
    const call = () => client(path, {method, headers, ...(signal && {signal})});
    try {
      return await inSpan(method, {'http.request.method': method, ...address}, call, SpanKind.CLIENT);
    } catch (error) {
      if (error instanceof HTTPError && error.response.statusCode < 500) return error.response;
      throw error;
    }
  };
}

function createClient(from: string, {URL, CONNECT_MS, ATTEMPT_MS}: AttemptSettings, maxSockets: number): Got {
  return got.extend({
    prefixUrl: URL,
    agent: createAgents(maxSockets),
    timeout: {lookup: CONNECT_MS, connect: CONNECT_MS, request: ATTEMPT_MS},
    retry: {limit: 0},
    followRedirect: false,
    headers: {'user-agent': from, accept: 'application/json'},
    hooks: {beforeRequest: [options => void Object.assign(options.headers, contextHeaders())]},
  });
}

function addressOf(url: string) {
  const {hostname, port, protocol} = new URL(url);
  return {'server.address': hostname, 'server.port': Number(port) || (protocol === 'https:' ? 443 : 80)};
}

const CONNECTING = new Set(['lookup', 'connect', 'secureConnect']);
const CONNECTION_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN']);
const TRANSIENT_STATUSES = new Set([502, 503, 504]);

/** Whether another pod, or a new connection, may do better at once. A slow pod will not be faster for being asked twice. */
export function isTransient(error: unknown): boolean {
  if (error instanceof HTTPError) return TRANSIENT_STATUSES.has(error.response.statusCode);
  if (error instanceof TimeoutError) return CONNECTING.has(error.event);
  return error instanceof RequestError && CONNECTION_ERRORS.has(error.code);
}
