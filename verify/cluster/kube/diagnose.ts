import {podsBy, restartsOf} from './objects.ts';
import type {Cluster} from './cluster.ts';

const EVENTS = 15;
const LAST_LINES = 5;

/** Text about a failure: the pods of the namespace, its last events, and the last log lines of restarted containers. */
export async function diagnose(cluster: Cluster): Promise<string> {
  try {
    const pods = await cluster.kubectl(['get', 'pods', '--output', 'wide']);
    const events = await cluster.kubectl(['get', 'events', '--sort-by=.lastTimestamp']);
    const ends = await lastLinesOfRestarted(cluster);
    return [pods, ...events.split('\n').slice(-EVENTS), ...ends].join('\n');
  } catch (error) {
    return (error as Error).message;
  }
}

async function lastLinesOfRestarted(cluster: Cluster): Promise<string[]> {
  const restarted = (await podsBy(cluster)).filter(pod => restartsOf([pod]) > 0);
  return Promise.all(restarted.map(({metadata: {name}}) => lastLinesOf(cluster, name)));
}

async function lastLinesOf({kubectl}: Cluster, pod: string): Promise<string> {
  try {
    return `${pod}: ${await kubectl(['logs', '--previous', `--tail=${LAST_LINES}`, pod])}`;
  } catch (error) {
    // In a pod with several containers, another one may have restarted.
    return `${pod}: ${(error as Error).message}`;
  }
}
