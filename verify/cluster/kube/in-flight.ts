import {once} from 'node:events';
import {createInterface} from 'node:readline';
import type {Answer} from '../pods/call.ts';
import {CLIENT, newOrder} from './client.ts';
import type {Cluster} from './cluster.ts';
import {pathOf} from './pods.ts';

/** Sends half of an order before `action` and the rest after it. Returns the answer. */
export async function inFlightWhile(
  cluster: Cluster,
  userId: string,
  action: (cluster: Cluster) => Promise<void>,
): Promise<Pick<Answer, 'status' | 'headers'>> {
  const {url, body} = newOrder(userId, '');
  const post = ['node', pathOf('verify/cluster/pods/slow-post.ts'), url, JSON.stringify(body)];
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
