import {once} from 'node:events';
import {createServer, type IncomingHttpHeaders, type RequestListener} from 'node:http';
import {createServer as createTcpServer, type AddressInfo, type Server, type Socket} from 'node:net';
import type {ExecutionContext} from 'ava';
import {Registry} from 'prom-client';

type Request = {method: string; url: string; headers: IncomingHttpHeaders; socket: Socket};

// Our services send a Content-Length; without one, Node closes the connection after an answer to HEAD.
export const answering =
  (status: number, headers = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, {'content-length': 100, ...headers}).end();
export const found = answering(200);
export const silent: RequestListener = () => undefined;
export const resetting: RequestListener = ({socket}) => socket.resetAndDestroy();

async function urlOf(t: ExecutionContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A fake neighbour. A test can change its answers, read its requests, and hold answers back. */
export async function startNeighbour(t: ExecutionContext, answer: RequestListener) {
  const neighbour = {answer};
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    const {method = '', url = '', headers, socket} = request;
    requests.push({method, url, headers, socket});
    neighbour.answer(request, response);
  });
  t.teardown(() => server.closeAllConnections());

  const registry = new Registry();
  return Object.assign(neighbour, {
    /** Holds answers back until `release`. `reached` resolves once this many requests have arrived. */
    hold(count: number) {
      const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const {answer} = neighbour;
      let waiting = 0;
      neighbour.answer = (...exchange) => {
        waiting += 1;
        if (waiting === count) reached.resolve();
        void released.promise.then(() => answer(...exchange));
      };
      return {reached: reached.promise, release: released.resolve};
    },
    url: await urlOf(t, server),
    registry,
    requests,
    /** The value of a metric with these labels. */
    async metric(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
      const metrics = await registry.getMetricsAsJSON();
      // A histogram has samples under three names.
      const samples = metrics.flatMap(metric => metric.values.map(value => ({metricName: metric.name, ...value})));
      return samples
        .filter(({metricName}) => metricName === name)
        .find(value => Object.entries(labels).every(([label, is]) => value.labels[label] === is))?.value;
    },
  });
}

/** The URL of a TCP server that does not speak HTTP. */
export async function startTcpServer(t: ExecutionContext, listener: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer(socket => {
    sockets.add(socket.on('error', () => undefined));
    listener(socket);
  });
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
  });
  return urlOf(t, server);
}
