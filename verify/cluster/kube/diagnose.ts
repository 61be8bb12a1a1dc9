import {podsBy, restartsOf} from './objects.ts';
import type {Cluster} from './cluster.ts';

const EVENTS = 15;
const LAST_WORDS = 5;

/** What the namespace looks like right after a claim failed: its pods, the last events, and why containers ended. */
export async function diagnose(cluster: Cluster): Promise<string> {
  try {
    const pods = await cluster.kubectl(['get', 'pods', '--output', 'wide']);
    const events = await cluster.kubectl(['get', 'events', '--sort-by=.lastTimestamp']);
    const ends = await lastWordsOfRestarted(cluster);
    return [pods, ...events.split('\n').slice(-EVENTS), ...ends].join('\n');
  } catch (error) {
    return (error as Error).message;
  }
}

async function lastWordsOfRestarted(cluster: Cluster): Promise<string[]> {
  const restarted = (await podsBy(cluster)).filter(pod => restartsOf([pod]) > 0);
  return Promise.all(restarted.map(({metadata: {name}}) => lastWordsOf(cluster, name)));
}

async function lastWordsOf({kubectl}: Cluster, pod: string): Promise<string> {
  try {
    return `${pod}: ${await kubectl(['logs', '--previous', `--tail=${LAST_WORDS}`, pod])}`;
  } catch (error) {
    // Of a pod with several containers it may be another that ended.
    return `${pod}: ${(error as Error).message}`;
  }
}
