import {createServer} from 'node:net';
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

/** @throws an error that names the first of these ports that is in use, and what to do. */
export async function requireFree(ports: Record<string, number>): Promise<void> {
  for (const [setting, port] of Object.entries(ports)) {
    if (await isFree(port)) continue;
    throw new Error(`Port ${port} is in use. Stop the process that uses it, or set ${setting} to another port.`);
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise(resolve => {
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
