import type {Cluster} from './stage.ts';

const EVENTS = 15;

/** What the namespace looks like right after a claim failed: its pods and the last events. */
export async function diagnose({kubectl}: Cluster): Promise<string> {
  try {
    const pods = await kubectl(['get', 'pods', '--output', 'wide']);
    const events = await kubectl(['get', 'events', '--sort-by=.lastTimestamp']);
    return `${pods}\n${events.split('\n').slice(-EVENTS).join('\n')}`;
  } catch (error) {
    return (error as Error).message;
  }
}
