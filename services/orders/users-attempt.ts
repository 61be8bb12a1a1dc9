import {SpanKind} from '@opentelemetry/api';
import got, {HTTPError, RequestError, TimeoutError, type Got} from 'got';
import {createAgents} from '#platform/calls/agent.ts';
import {contextHeaders} from '#platform/context.ts';
import {inSpan} from '#platform/tracing.ts';

export type AttemptSettings = {USERS_URL: string; USERS_CONNECT_MS: number; USERS_ATTEMPT_MS: number};

/** All that orders reads of an answer. */
type Answer = {statusCode: number; headers: Record<string, unknown>};

/**
 * Asks users about an id, once, over one of at most `maxSockets` connections; as the caller whose token it is, if any.
 * @throws RequestError when no answer came in time, or one of 500 and above: users is not well.
 */
export function createAttempt(settings: AttemptSettings, maxSockets: number) {
  const users = createClient(settings, maxSockets);
  const attributes = attributesOf(settings.USERS_URL);

  return async function attempt(id: string, token: string | undefined, signal: AbortSignal): Promise<Answer> {
    const headers = token === undefined ? {} : {authorization: `Bearer ${token}`};
    const ask = () => users.head(`api/users/${encodeURIComponent(id)}`, {headers, signal});
    try {
      return await inSpan('HEAD', attributes, ask, SpanKind.CLIENT);
    } catch (error) {
      if (error instanceof HTTPError && error.response.statusCode < 500) return error.response;
      throw error;
    }
  };
}

function createClient({USERS_URL, USERS_CONNECT_MS, USERS_ATTEMPT_MS}: AttemptSettings, maxSockets: number): Got {
  return got.extend({
    prefixUrl: USERS_URL,
    agent: createAgents(maxSockets),
    timeout: {lookup: USERS_CONNECT_MS, connect: USERS_CONNECT_MS, request: USERS_ATTEMPT_MS},
    retry: {limit: 0},
    followRedirect: false,
    headers: {'user-agent': 'orders', accept: 'application/json'},
    hooks: {beforeRequest: [options => void Object.assign(options.headers, contextHeaders())]},
  });
}

function attributesOf(url: string) {
  const {hostname, port, protocol} = new URL(url);
  return {
    'http.request.method': 'HEAD',
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
  };
}

const CONNECTING = new Set(['lookup', 'connect', 'secureConnect']);
const CONNECTION_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN']);
const TRANSIENT_STATUSES = new Set([502, 503, 504]);

/** Whether another pod, or a new connection, may do better at once. Who was slow will not be faster for being asked twice. */
export function isTransient(error: unknown): boolean {
  if (error instanceof HTTPError) return TRANSIENT_STATUSES.has(error.response.statusCode);
  if (error instanceof TimeoutError) return CONNECTING.has(error.event);
  return error instanceof RequestError && CONNECTION_ERRORS.has(error.code);
}

/** users is well and will not answer this caller. */
export class Refusal extends Error {
  override name = 'Refusal';
}

/**
 * What an answer says about the user.
 * @throws Refusal when the caller may not ask, Error when it is not an answer that users gives.
 */
export function readAnswer({statusCode, headers}: Answer, id: string): {id: string} | undefined {
  if (statusCode === 200) return {id};
  // Only users' own word counts: an answer from a wrong address or a proxy has no such header.
  const says = (status: number, code: string) => statusCode === status && headers['x-problem-code'] === code;
  if (says(404, 'user_not_found')) return undefined;
  if (says(401, 'unauthorized') || says(403, 'forbidden')) throw new Refusal(`users answered ${statusCode}`);
  throw new Error(`users answered ${statusCode}`);
}
