import {once} from 'node:events';
import {createInterface} from 'node:readline';
import type {LoadReport} from '../pods/load.ts';
import {CLIENT} from './client.ts';
import type {Cluster} from './cluster.ts';

/** One user's POSTs and as many GETs a second; with its token, where the services ask for one. */
export type Load = {userId: string; rate: number; token?: string};

/** What the load saw that ran from before `action` until after it. */
export async function underLoad(
  cluster: Cluster,
  {userId, rate, token = ''}: Load,
  action: () => Promise<void>,
): Promise<LoadReport> {
  const load = ['node', '/proofs/load.ts', String(rate), userId, token];
  const child = cluster.startKubectl(['exec', '--stdin', CLIENT, '--', ...load]);
  const lines = createInterface(child.stdout);
  try {
    await once(lines, 'line', {signal: AbortSignal.timeout(30_000)});
    await action();
    const report = once(lines, 'line', {signal: AbortSignal.timeout(60_000)});
    child.stdin.end();
    const [line] = (await report) as [string];
    return JSON.parse(line) as LoadReport;
  } finally {
    child.kill();
  }
}
