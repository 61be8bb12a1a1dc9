import {dashboardQueriesOf, everyQueryOf} from '../../../observability/queries.ts';
import {serviceNames} from '../../../tools/services.ts';
import {call, newOrder, register} from '../kube/client.ts';
import {observed} from '../kube/observability.ts';
import {askPrometheus} from '../kube/prometheus.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect, until} from '../../lib/until.ts';

/** In a real Prometheus the rules pass their tests, every dashboard query returns data, and every rule is valid. */
export async function queries(cluster: Cluster): Promise<string> {
  await observed(cluster);
  for (const service of serviceNames) await testRules(cluster, service);

  const panels = serviceNames.flatMap(dashboardQueriesOf);
  await until('data for every query of the dashboards', 120, async () => {
    await someOfEverything(cluster);
    expect('queries without data', await emptyOf(cluster, panels), []);
    return true;
  });
  const all = serviceNames.flatMap(everyQueryOf);
  for (const query of all) await askPrometheus(cluster, query);
  return `the tests of all rules pass in promtool; ${panels.length} of ${panels.length} dashboard queries return data; ${all.length - panels.length} rules are valid`;
}

const testRules = ({kubectl}: Cluster, service: string): Promise<string> =>
  kubectl([
    'exec',
    'deployment/prometheus',
    '--',
    'promtool',
    'test',
    'rules',
    `/etc/prometheus/rules/${service}.test.yaml`,
  ]);

/** Makes requests of every kind: a rate needs two samples that differ. */
async function someOfEverything(cluster: Cluster): Promise<void> {
  const userId = await register(cluster);
  for (const id of [userId, userId, '0'.repeat(24)]) await call(cluster, newOrder(id, `query-${id}`));
}

async function emptyOf(cluster: Cluster, of: string[]): Promise<string[]> {
  const results = await Promise.all(of.map(query => askPrometheus(cluster, query)));
  return of.filter((_, index) => results[index]?.length === 0);
}
