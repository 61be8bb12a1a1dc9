import {createServer} from 'node:net';
import {threadId} from 'node:worker_threads';

let given = 0;

/**
 * A port that nobody listens on, below the range from which systems give out ports of their own. Each thread takes its
 * ports from a hundred of its own, or two that look at the same time would find the same one free.
 */
export async function freePort(): Promise<number> {
  const first = 20_000 + ((process.pid + threadId) % 100) * 100;
  for (;;) {
    const port = first + (given++ % 100);
    if (await isFree(port)) return port;
  }
}

/** @throws a sentence about the first of these ports that is in use, and what to do. */
export async function requireFree(ports: Record<string, number>): Promise<void> {
  for (const [setting, port] of Object.entries(ports)) {
    if (await isFree(port)) continue;
    throw new Error(`Port ${port} is in use; end what uses it, or set ${setting} to another port.`);
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise(resolve => {
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
