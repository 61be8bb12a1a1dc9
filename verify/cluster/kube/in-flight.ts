import {once} from 'node:events';
import {createInterface} from 'node:readline';
import type {Answer} from '../pods/call.ts';
import {CLIENT, newOrder} from './client.ts';
import type {Cluster} from './cluster.ts';

/** The answer to an order of which half has been sent before `action` and the rest after it. */
export async function inFlightWhile(
  cluster: Cluster,
  userId: string,
  action: (cluster: Cluster) => Promise<void>,
): Promise<Pick<Answer, 'status' | 'headers'>> {
  const {url, body} = newOrder(userId, '');
  const post = ['node', '/proofs/slow-post.ts', url, JSON.stringify(body)];
  const child = cluster.startKubectl(['exec', '--stdin', CLIENT, '--', ...post]);
  const lines = createInterface(child.stdout);
  try {
    await once(lines, 'line', {signal: AbortSignal.timeout(30_000)});
    await action(cluster);
    const answered = once(lines, 'line', {signal: AbortSignal.timeout(30_000)});
    child.stdin.end();
    const [line] = (await answered) as [string];
    return JSON.parse(line) as Pick<Answer, 'status' | 'headers'>;
  } finally {
    child.kill();
  }
}
