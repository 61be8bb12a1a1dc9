import {once} from 'node:events';
import {connect, createServer, type Socket} from 'node:net';

/**
 * What becomes of what a client sends: `target` is its connection to the real server, opened when it is first asked for.
 */
export type Mode = (sent: Buffer, client: Socket, target: () => Socket) => void;

export const pass: Mode = (sent, _client, target) => void target().write(sent);

export const late =
  (ms: number): Mode =>
  (sent, client, target) =>
    void setTimeout(() => client.destroyed || target().write(sent), ms);

export const silence: Mode = () => undefined;

const HALF_A_HEAD = 'HTTP/1.1 200 OK\r\nContent-Ty';

export const halfAHead: Mode = (_sent, client) => void client.write(HALF_A_HEAD);
export const halfAHeadThenEnd: Mode = (_sent, client) => void client.end(HALF_A_HEAD);
export const halfAHeadThenReset: Mode = (_sent, client) =>
  void client.write(HALF_A_HEAD, () => client.resetAndDestroy());

export const answer =
  (status: number, headers: Record<string, string> = {}): Mode =>
  (_sent, client) => {
    const lines = Object.entries({'Content-Length': '0', ...headers}).map(([name, value]) => `${name}: ${value}\r\n`);
    client.write(`HTTP/1.1 ${status} Faked\r\n${lines.join('')}\r\n`);
  };

/** A place on the way to a server where the way can be broken. */
export type Proxy = {
  url: string;
  /** From now on, also for connections that are there. */
  become(mode: Mode): Promise<void>;
  /** Nobody listens any more, and every connection is gone. */
  refuse(): Promise<void>;
  /** How many HTTP requests have come. */
  requests(): number;
};

/** A proxy on this port of the loopback interface, that passes all on until it is told otherwise. */
export async function startProxy(port: number, targetPort: number): Promise<Proxy> {
  const clients = new Set<Socket>();
  let mode = pass;
  let requests = 0;

  const server = createServer({noDelay: true}, client => {
    const target = lazily(() => joined(client, targetPort));
    clients.add(client);
    client.on('data', sent => {
      if (isRequest(sent)) requests += 1;
      mode(sent, client, target);
    });
    client.on('error', () => client.destroy()).once('close', () => clients.delete(client));
  });

  async function listen(): Promise<void> {
    if (server.listening) return;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  }

  await listen();
  return {
    url: `http://127.0.0.1:${port}`,
    async become(next) {
      mode = next;
      await listen();
    },
    async refuse() {
      server.close();
      for (const client of clients) client.resetAndDestroy();
      await once(server, 'close');
    },
    requests: () => requests,
  };
}

/** The requests that are counted are so small that each arrives in one piece. */
const isRequest = (sent: Buffer): boolean => /^[A-Z]+ \S+ HTTP/u.test(sent.toString('latin1'));

/** A connection to the server that gives back to the client, and ends with it; and the client with it. */
function joined(client: Socket, port: number): Socket {
  const target = connect({host: '127.0.0.1', port, noDelay: true});
  target.on('data', given => client.write(given));
  target.on('error', () => target.destroy()).once('close', () => client.destroySoon());
  client.once('close', () => target.destroy());
  return target;
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
