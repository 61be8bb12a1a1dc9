import {once} from 'node:events';
import {createInterface} from 'node:readline';
import type {LoadReport} from '../pods/load.ts';
import {CLIENT} from './client.ts';
import type {Stage} from './stage.ts';

/** What the load saw that ran from before `action` until after it, at `rate` POSTs and as many GETs a second. */
export async function underLoad(
  stage: Stage,
  userId: string,
  action: () => Promise<void>,
  rate = stage.config.E2E_RATE,
): Promise<LoadReport> {
  const load = ['node', '/proofs/load.ts', String(rate), userId];
  const child = stage.startKubectl(['exec', '--stdin', CLIENT, '--', ...load]);
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
