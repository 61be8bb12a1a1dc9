import {once} from 'node:events';
import {connect, createServer, type Socket} from 'node:net';

/** What the proxy does with data from a client. `target()` is the client's connection to the server, opened on first use. */
export type Mode = (sent: Buffer, client: Socket, target: () => Socket) => void;

export const pass: Mode = (sent, _client, target) => void target().write(sent);

export const late =
  (ms: number): Mode =>
  (sent, client, target) =>
    void setTimeout(() => client.destroyed || target().write(sent), ms);

export const silence: Mode = () => undefined;

/** A proxy between a client and a server. It can break their connection in many ways. */
export type Proxy = {
  url: string;
  /** Changes the mode for new and open connections. */
  become(mode: Mode): Promise<void>;
  /** Stops listening, and resets every connection. */
  refuse(): Promise<void>;
};

/**
 * Starts a proxy on this port of the loopback interface. It passes everything on until its mode is changed. `observe` is
 * told of all data from clients, whatever becomes of it.
 */
export async function startProxy(
  port: number,
  targetPort: number,
  observe: (sent: Buffer) => void = () => undefined,
): Promise<Proxy> {
  const clients = new Set<Socket>();
  let mode = pass;

  const server = createServer({noDelay: true}, client => {
    const target = lazily(() => joined(client, targetPort));
    clients.add(client);
    client.on('data', sent => {
      observe(sent);
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
  };
}

/** A connection to the server whose data goes back to the client. When one of the two ends, so does the other. */
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
