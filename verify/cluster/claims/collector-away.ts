import {setTimeout as wait} from 'node:timers/promises';
import {register} from '../kube/client.ts';
import {underLoad} from '../kube/load.ts';
import {podsOf, restartsOf, settled, services} from '../kube/objects.ts';
import {observed} from '../kube/observability.ts';
import {askPrometheus} from '../kube/prometheus.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect, until} from '../../lib/until.ts';

const LOAD_MS = 15_000;

/** A quarter of the usual rate: every request is traced here, and Jaeger needs CPU as well. */
const rateOf = ({config}: Cluster): number => Math.ceil(config.PROVE_RATE / 4);

/** While every request is traced and no collector runs, no request fails, and the buffer of spans is bounded. */
export async function collectorAway(cluster: Cluster): Promise<string> {
  await observed(cluster);
  const load = {userId: await register(cluster), rate: rateOf(cluster)};
  const there = await underLoad(cluster, load, () => wait(LOAD_MS));

  await cluster.kubectl(['scale', 'deployment/jaeger', '--replicas=0']);
  await until(
    'the last pod of the collector to end',
    60,
    async () => (await podsOf(cluster, 'deployment/jaeger')).length === 0,
  );
  const away = await underLoad(cluster, load, () => wait(LOAD_MS));
  const lost = await until('a metric that counts the lost spans', 60, () => lostSpans(cluster));
  const megabytes = await memoryOf(cluster);
  await cluster.kubectl(['scale', 'deployment/jaeger', '--replicas=1']);
  await settled(cluster, ['deployment/jaeger']);

  expect('failed requests', [there.failures, away.failures], ['', '']);
  for (const service of services) expect(`restarts of ${service}`, restartsOf(await podsOf(cluster, service)), 0);
  return `0 of ${away.sent.toLocaleString('en')} requests failed; p99 ${away.latencyMs.p99} ms (${there.latencyMs.p99} ms with a collector); ${lost} spans counted as lost; the largest process uses ${megabytes} MB`;
}

async function lostSpans(cluster: Cluster): Promise<number> {
  const samples = await askPrometheus(cluster, 'sum by (outcome) (trace_spans_total)');
  const counted = Object.fromEntries(samples.map(({metric, value}) => [metric['outcome'], Number(value[1])]));
  const lost = (counted['failed'] ?? 0) + (counted['dropped'] ?? 0);
  if (lost === 0) throw new Error(`only ${JSON.stringify(counted)}`);
  return lost;
}

async function memoryOf(cluster: Cluster): Promise<number> {
  const [sample] = await askPrometheus(cluster, 'max(process_resident_memory_bytes{job=~"users|orders"})');
  return Math.round(Number(sample?.value[1]) / 1e6);
}
