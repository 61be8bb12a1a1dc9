import {once} from 'node:events';
import {connect, createServer, type Socket} from 'node:net';

export type WayState = 'open' | 'slow' | 'cut';

/** The way from one service to another, which a switch of the page can slow and cut. */
export type Way = {url: string; state(): WayState; become(state: WayState): void; close(): void};

const SLOW_MS = 800;

/** Starts a proxy on a free port of this machine. It passes everything on until it is told otherwise. */
export async function openWay(targetPort: number): Promise<Way> {
  const open = new Set<Socket>();
  let state: WayState = 'open';

  const server = createServer({noDelay: true}, client => {
    const target = connect({host: '127.0.0.1', port: targetPort, noDelay: true});
    open.add(client);
    client.on('data', data => {
      if (state === 'slow') setTimeout(() => target.writable && target.write(data), SLOW_MS);
      else if (state === 'open') target.write(data);
    });
    target.on('data', data => state !== 'cut' && client.write(data));
    client.on('error', () => client.destroy()).once('close', () => (open.delete(client), target.destroy()));
    target.on('error', () => target.destroy()).once('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as {port: number};
  return {
    url: `http://127.0.0.1:${port}`,
    state: () => state,
    become: next => void (state = next),
    close() {
      server.close();
      for (const client of open) client.destroy();
    },
  };
}
