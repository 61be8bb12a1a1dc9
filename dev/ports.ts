import {createServer, type ListenOptions} from 'node:net';
import {threadId} from 'node:worker_threads';

let given = 0;

/**
 * A port that nobody listens on, below the ephemeral ports of common systems. Each thread has its own range of a hundred
 * ports: two threads that look at the same time would find the same port free.
 */
export async function freePort(): Promise<number> {
  const first = 20_000 + ((process.pid + threadId) % 100) * 100;
  for (;;) {
    const port = first + (given++ % 100);
    if (await isFree(port)) return port;
  }
}

/** @throws PortInUse for the first of these ports that is in use. */
export async function requireFree(ports: Record<string, number>): Promise<void> {
  for (const [setting, port] of Object.entries(ports)) {
    if (!(await isFree(port))) throw new PortInUse(setting, port);
  }
}

/** Names the port, and what to do. */
class PortInUse extends Error {
  override name = 'PortInUse';

  constructor(setting: string, port: number) {
    super(`Port ${port} is in use. Stop the process that uses it, or set ${setting} to another port.`);
  }
}

/** On some systems a port is free on all addresses together although it is taken on one. */
const isFree = async (port: number): Promise<boolean> =>
  (await canListen({port})) && canListen({port, host: '127.0.0.1'});

function canListen(where: ListenOptions): Promise<boolean> {
  const server = createServer();
  return new Promise(resolve => {
    server.once('error', () => resolve(false));
    server.listen(where, () => server.close(() => resolve(true)));
  });
}
