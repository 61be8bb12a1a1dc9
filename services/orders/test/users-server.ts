import {once} from 'node:events';
import {createServer, type IncomingHttpHeaders, type RequestListener} from 'node:http';
import {createServer as createTcpServer, type AddressInfo, type Server, type Socket} from 'node:net';
import type {ExecutionContext} from 'ava';
import {Registry} from 'prom-client';
import {settings} from '../config.ts';
import {createFindUser, type UsersSettings} from '../users-client.ts';

export type Request = {method: string; url: string; headers: IncomingHttpHeaders; socket: Socket};

// As users does; Node closes the connection behind an answer to HEAD that has no length.
export const found: RequestListener = (_request, response) => response.writeHead(200, {'content-length': 100}).end();
export const notFound: RequestListener = (_request, response) =>
  response.writeHead(404, {'x-problem-code': 'user_not_found', 'content-length': 100}).end();
export const silent: RequestListener = () => undefined;
export const resetting: RequestListener = ({socket}) => socket.resetAndDestroy();
export const answering =
  (status: number, headers = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, {'content-length': 100, ...headers}).end();

/** Times that no busy machine exceeds, for tests that are not about time. */
const patient = {USERS_CONNECT_MS: 10_000, USERS_ATTEMPT_MS: 10_000, USERS_CHECK_MS: 10_000};

/** orders' way to users at this address, with orders' own defaults unless told otherwise. */
export function findUserAt(url: string, changes: Partial<UsersSettings> = {}, registry = new Registry()) {
  const defaults = settings.parse({MONGO_URL: 'mongodb://localhost/unused', USERS_URL: url});
  return createFindUser({...defaults, ...changes}, registry);
}

export async function urlOf(t: ExecutionContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server in users' place: its answers may change, it keeps what it was asked, and it holds answers back when told to. */
export async function startUsersServer(t: ExecutionContext, answer = found, changes: Partial<UsersSettings> = {}) {
  const users = {answer};
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    const {method = '', url = '', headers, socket} = request;
    requests.push({method, url, headers, socket});
    users.answer(request, response);
  });
  t.teardown(() => server.closeAllConnections());

  const url = await urlOf(t, server);
  const registry = new Registry();
  return Object.assign(users, {
    /** From here on answers wait to be released; so many of them are `reached`. */
    hold(count: number) {
      const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const {answer} = users;
      let waiting = 0;
      users.answer = (...exchange) => {
        waiting += 1;
        if (waiting === count) reached.resolve();
        void released.promise.then(() => answer(...exchange));
      };
      return {reached: reached.promise, release: released.resolve};
    },
    findUser: findUserAt(url, {...patient, ...changes}, registry),
    requests,
    server,
    /** The value of a metric with these labels, as it would be scraped. */
    async metric(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
      const metrics = await registry.getMetricsAsJSON();
      // A histogram is three names.
      const samples = metrics.flatMap(metric => metric.values.map(value => ({metricName: metric.name, ...value})));
      return samples
        .filter(({metricName}) => metricName === name)
        .find(value => Object.entries(labels).every(([label, is]) => value.labels[label] === is))?.value;
    },
  });
}

/** The client of a server that speaks no HTTP of its own accord. */
export async function findUserOverTcp(
  t: ExecutionContext,
  listener: (socket: Socket) => void,
  changes: Partial<UsersSettings> = {},
) {
  const sockets = new Set<Socket>();
  const server = createTcpServer(socket => {
    sockets.add(socket.on('error', () => undefined));
    listener(socket);
  });
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
  });
  return findUserAt(await urlOf(t, server), changes);
}
