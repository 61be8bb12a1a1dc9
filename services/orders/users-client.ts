import {Agent as HttpAgent, type AgentOptions} from 'node:http';
import {Agent as HttpsAgent} from 'node:https';
import {SpanKind} from '@opentelemetry/api';
import got, {HTTPError, RequestError, type Got} from 'got';
import type {Histogram} from 'prom-client';
import {contextHeaders} from '#platform/context.ts';
import {AppError, unauthorized} from '#platform/errors.ts';
import {inSpan} from '#platform/tracing.ts';
import {usersUnavailable} from './contract.ts';
import type {FindUser} from './orders.ts';

export type UsersSettings = {
  USERS_URL: string;
  USERS_CONNECT_MS: number;
  USERS_ATTEMPT_MS: number;
  USERS_CHECK_MS: number;
};

const agentOptions: AgentOptions = {
  keepAlive: true,
  // Node's default, lifo, gives nearly all requests to one socket, so to one pod.
  scheduling: 'fifo',
  maxSockets: 64,
  maxFreeSockets: 64,
  // An idle socket ends here before users ends it (65 s), so that no request meets a closed one.
  timeout: 15_000,
};

/** Asks users over HTTP whether a user exists. It reads a status and one header, no more. */
export function createFindUser(settings: UsersSettings): FindUser {
  const users = createClient(settings);
  const attempt = attributesOf(settings.USERS_URL);

  return async function findUser(id, token) {
    return inSpan('check user', {}, () => check(id, token));
  };

  async function check(id: string, token?: string) {
    const signal = AbortSignal.timeout(settings.USERS_CHECK_MS);
    const headers = token === undefined ? {} : {authorization: `Bearer ${token}`};
    const head = () => users.head(`api/users/${encodeURIComponent(id)}`, {signal, headers});
    const ask = () => inSpan('HEAD', attempt, head, SpanKind.CLIENT);
    try {
      const {statusCode} = await ask().catch(error => againIfReset(error, ask));
      if (statusCode === 200) return {id};
      throw new Error(`users answered ${statusCode}`);
    } catch (error) {
      if (says(error, 404, 'user_not_found')) return undefined;
      if (says(error, 401, 'unauthorized') || says(error, 403, 'forbidden')) throw new AppError(unauthorized);
      throw new AppError(usersUnavailable, {cause: error});
    }
  }
}

function attributesOf(url: string) {
  const {hostname, port, protocol} = new URL(url);
  return {
    'http.request.method': 'HEAD',
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
  };
}

function createClient({USERS_URL, USERS_CONNECT_MS, USERS_ATTEMPT_MS}: UsersSettings): Got {
  return got.extend({
    prefixUrl: USERS_URL,
    agent: {http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions)},
    timeout: {lookup: USERS_CONNECT_MS, connect: USERS_CONNECT_MS, request: USERS_ATTEMPT_MS},
    retry: {limit: 0},
    followRedirect: false,
    headers: {'user-agent': 'orders', accept: 'application/json'},
    hooks: {beforeRequest: [options => void Object.assign(options.headers, contextHeaders())]},
  });
}

/** users may close an idle connection at the moment when it is used again; a new connection then tells the truth. */
async function againIfReset<T>(error: unknown, ask: () => Promise<T>): Promise<T> {
  const reset = error instanceof RequestError && error.code === 'ECONNRESET' && error.request?.reusedSocket;
  if (!reset) throw error;
  return ask();
}

/** Only users' own word counts: a 404 from a wrong address or a proxy has no such header. */
const says = (error: unknown, status: number, code: string): boolean =>
  error instanceof HTTPError &&
  error.response.statusCode === status &&
  error.response.headers['x-problem-code'] === code;

/** The same check, with its time by what came of it. */
export function timed(findUser: FindUser, durations: Histogram<'outcome'>): FindUser {
  return async function timedFindUser(id, token) {
    const end = durations.startTimer();
    try {
      const user = await findUser(id, token);
      end({outcome: user ? 'found' : 'not_found'});
      return user;
    } catch (error) {
      end({outcome: 'unavailable'});
      throw error;
    }
  };
}
