import {setTimeout as wait} from 'node:timers/promises';
import type {Cluster} from './cluster.ts';
import {podsOf} from './objects.ts';

const COUNT = `const text = await (await fetch('http://127.0.0.1:9090/metrics')).text();
  const counts = text.split('\\n').filter(line => line.startsWith('http_request_duration_seconds_count'));
  console.log(counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0));`;

/** The share of a workload's requests that each of its pods answers in this time, from 0 to 1. */
export async function sharesDuring(cluster: Cluster, workload: string, milliseconds: number): Promise<number[]> {
  const pods = (await podsOf(cluster, workload)).map(({metadata}) => metadata.name);
  const before = await answeredBy(cluster, pods);
  await wait(milliseconds);
  const after = await answeredBy(cluster, pods);
  const own = after.map((count, index) => count - (before[index] ?? 0));
  const all = own.reduce((sum, count) => sum + count, 0);
  return own.map(count => count / all);
}

const answeredBy = (cluster: Cluster, pods: string[]): Promise<number[]> =>
  Promise.all(
    pods.map(async pod =>
      Number(await cluster.kubectl(['exec', pod, '--', 'node', '--input-type=module', '--eval', COUNT])),
    ),
  );
