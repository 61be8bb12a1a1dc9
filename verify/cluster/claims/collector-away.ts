import {setTimeout as wait} from 'node:timers/promises';
import {register} from '../kube/client.ts';
import {underLoad} from '../kube/load.ts';
import {podsOf, restartsOf, settled, services} from '../kube/objects.ts';
import {observed} from '../kube/observability.ts';
import {askPrometheus} from '../kube/prometheus.ts';
import type {Stage} from '../kube/stage.ts';
import {expect, until} from '../../lib/until.ts';

const LOAD_MS = 15_000;

/** A quarter of what a cluster carries while nothing is traced: here each request is, and Jaeger works beside it. */
const rateOf = ({config}: Stage): number => Math.ceil(config.PROVE_RATE / 4);

/** Every request is traced, and the collector refuses: no request fails for it, and what waits for it is bounded. */
export async function collectorAway(stage: Stage): Promise<string> {
  await observed(stage);
  const load = {userId: await register(stage), rate: rateOf(stage)};
  const there = await underLoad(stage, load, () => wait(LOAD_MS));

  await stage.kubectl(['scale', 'deployment/jaeger', '--replicas=0']);
  await until('no collector', 60, async () => (await podsOf(stage, 'deployment/jaeger')).length === 0);
  const away = await underLoad(stage, load, () => wait(LOAD_MS));
  const lost = await until('spans that were lost', 60, () => lostSpans(stage));
  const megabytes = await memoryOf(stage);
  await stage.kubectl(['scale', 'deployment/jaeger', '--replicas=1']);
  await settled(stage, ['deployment/jaeger']);

  expect('failed requests', [there.kinds, away.kinds], [{}, {}]);
  for (const service of services) expect(`restarts of ${service}`, restartsOf(await podsOf(stage, service)), 0);
  return `0 of ${(away.posts + away.gets).toLocaleString('en')} requests failed; p99 ${away.p99Ms} ms (${there.p99Ms} ms with a collector), ${lost} spans counted as lost, the largest process ${megabytes} MB`;
}

async function lostSpans(stage: Stage): Promise<number> {
  const samples = await askPrometheus(stage, 'sum by (outcome) (trace_spans_total)');
  const counted = Object.fromEntries(samples.map(({metric, value}) => [metric['outcome'], Number(value[1])]));
  const lost = (counted['failed'] ?? 0) + (counted['dropped'] ?? 0);
  if (lost === 0) throw new Error(`only ${JSON.stringify(counted)}`);
  return lost;
}

async function memoryOf(stage: Stage): Promise<number> {
  const [sample] = await askPrometheus(stage, 'max(process_resident_memory_bytes{job=~"users|orders"})');
  return Math.round(Number(sample?.value[1]) / 1e6);
}
