import {join} from 'node:path';
import {execute} from '../lib/execute.ts';
import type {Run} from './run.ts';

/** prometheus_client parses /metrics of both services, as text and as OpenMetrics. */
export async function metrics({system: {users, orders}, programs}: Run): Promise<string> {
  const urls = [users, orders].map(({opsUrl}) => `${opsUrl}/metrics`);
  return (await execute(join(programs, 'python'), ['verify/third-party/metrics.py', ...urls])).trim();
}
