import {once} from 'node:events';
import type {Cluster} from './cluster.ts';

const OPEN_WITHIN_MS = 15_000;

/** Forwards a local port to a pod of the Service, and calls `use` with its URL. */
export async function forwarded<T>(
  {startKubectl}: Cluster,
  service: string,
  use: (url: string) => Promise<T>,
  port = 80,
): Promise<T> {
  const child = startKubectl(['port-forward', `service/${service}`, `:${port}`, '--pod-running-timeout=1s']);
  try {
    const signal = AbortSignal.timeout(OPEN_WITHIN_MS);
    const ended = once(child, 'exit', {signal}).then(() => [`port-forward to ${service} ended`]);
    const [line] = (await Promise.race([once(child.stdout, 'data', {signal}), ended])) as [Buffer | string];
    const local = /127\.0\.0\.1:(\d+)/u.exec(String(line))?.[1];
    if (!local) throw new Error(String(line));
    return await use(`http://127.0.0.1:${local}`);
  } finally {
    child.kill();
  }
}
