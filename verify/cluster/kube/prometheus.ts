import {forwarded} from './forward.ts';
import type {Cluster} from './cluster.ts';

export type Sample = {metric: Record<string, string>; value: [number, string]};

const PORT = 9_090;

async function ask<T>(cluster: Cluster, path: string): Promise<T> {
  return forwarded(
    cluster,
    'prometheus',
    async base => {
      const response = await fetch(`${base}/api/v1/${path}`, {signal: AbortSignal.timeout(10_000)});
      const {status, data, error} = (await response.json()) as {status: string; data: T; error?: string};
      if (status !== 'success') throw new Error(`Prometheus answers "${error}" to ${path}`);
      return data;
    },
    PORT,
  );
}

/** The current value of an expression. @throws if the expression is invalid. */
export async function askPrometheus(cluster: Cluster, query: string): Promise<Sample[]> {
  return (await ask<{result: Sample[]}>(cluster, `query?query=${encodeURIComponent(query)}`)).result;
}

/** The trace ids in the exemplars of a histogram. */
export async function exemplarsOf(cluster: Cluster, query: string, since: Date): Promise<string[]> {
  const range = `start=${since.toISOString()}&end=${new Date().toISOString()}`;
  type Exemplars = {exemplars: {labels: Record<string, string>}[]}[];
  const found = await ask<Exemplars>(cluster, `query_exemplars?query=${encodeURIComponent(query)}&${range}`);
  return found.flatMap(({exemplars}) => exemplars.map(({labels}) => labels['trace_id'] ?? ''));
}

/** The names of the firing alerts. */
export async function firing(cluster: Cluster): Promise<string[]> {
  type Alerts = {alerts: {labels: {alertname: string}; state: string}[]};
  const {alerts} = await ask<Alerts>(cluster, 'alerts');
  return alerts.filter(({state}) => state === 'firing').map(({labels}) => labels.alertname);
}
