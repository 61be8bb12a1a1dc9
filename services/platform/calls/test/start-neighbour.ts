import {once} from 'node:events';
import {createServer, type IncomingHttpHeaders, type RequestListener} from 'node:http';
import {createServer as createTcpServer, type AddressInfo, type Server, type Socket} from 'node:net';
import type {ExecutionContext} from 'ava';
import {Registry} from 'prom-client';

type Request = {method: string; url: string; headers: IncomingHttpHeaders; socket: Socket};

// As our services do; Node closes the connection behind an answer to HEAD that has no length.
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

/** A server in the neighbour's place: its answers may change, it keeps what it was asked, and it holds answers back when told to. */
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
    /** From here on answers wait to be released; so many of them are `reached`. */
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

/** The URL of a server that speaks no HTTP of its own accord. */
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
