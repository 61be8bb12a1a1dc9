import type {IncomingHttpHeaders} from 'node:http';
import {SpanKind} from '@opentelemetry/api';
import got, {HTTPError, RequestError, TimeoutError, type Got} from 'got';
import {contextHeaders} from '../context.ts';
import {inSpan} from '../tracing.ts';
import {createAgents} from './agent.ts';

export type AttemptSettings = {URL: string; CONNECT_MS: number; ATTEMPT_MS: number};

/** A request that changes nothing, so that it is safe to retry. Its path has no leading slash. */
export type SafeRequest = {method: 'HEAD' | 'GET'; path: string} | {method: 'POST'; path: string; json: unknown};

export type Answer = {statusCode: number; headers: IncomingHttpHeaders; body: string};

/**
 * Calls a neighbour once, with timeouts, over at most `maxSockets` connections, and passes the caller's token on.
 * `from` is the name of this service, sent as User-Agent.
 * @throws RequestError if no answer arrives in time, or if its status is 500 or above.
 */
export function createAttempt(from: string, settings: AttemptSettings, maxSockets: number) {
  const client = createClient(from, settings, maxSockets);
  const address = addressOf(settings.URL);

  return async function attempt(request: SafeRequest, token?: string, signal?: AbortSignal): Promise<Answer> {
    const {method, path} = request;
    const json = 'json' in request && {json: request.json};
    const headers = token === undefined ? {} : {authorization: `Bearer ${token}`};
    const call = () => client(path, {method, headers, ...json, ...(signal && {signal})});
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
    agent: createAgents(maxSockets, CONNECT_MS),
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

/** True if another pod or a new connection may succeed at once. A slow answer is not retried: that would add load. */
export function isTransient(error: unknown): boolean {
  if (error instanceof HTTPError) return TRANSIENT_STATUSES.has(error.response.statusCode);
  if (error instanceof TimeoutError) return CONNECTING.has(error.event);
  return error instanceof RequestError && CONNECTION_ERRORS.has(error.code);
}
