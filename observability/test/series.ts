import {existsSync} from 'node:fs';
import {Registry} from 'prom-client';
import {createLog, createStdout} from '#platform/log.ts';
import {createMetrics} from '#platform/metrics.ts';
import {createMongoMetrics} from '#platform/mongo/metrics.ts';
import {createOverload} from '#platform/overload.ts';
import {createRateLimits} from '#platform/rate-limit.ts';
import {createRequestMetrics} from '#platform/request-metrics.ts';
import {createSpanCounter} from '#platform/telemetry.ts';
import {servicesWithDatabase} from '../../tools/databases.ts';

export type Series = {name: string; labels: Record<string, string>};

/** Registers the metrics that only this service has: observability/test/services/NAME.ts, if it exists. */
async function measureOwn(service: string, registry: Registry): Promise<void> {
  if (!existsSync(`observability/test/services/${service}.ts`)) return;
  const {measure} = (await import(`./services/${service}.ts`)) as {measure: (registry: Registry) => void};
  measure(registry);
}

function measureDatabase(registry: Registry): void {
  const {operations} = createMongoMetrics(registry);
  for (const outcome of ['ok', 'error']) operations.observe({collection: 'a', operation: 'find', outcome}, 0.1);
}

/** The names of all metrics of a service, and its series after a successful and a failed request. */
export async function measuredBy(service: string): Promise<{names: Set<string>; series: Series[]}> {
  const {registry} = createMetrics(service);
  const {requests} = createRequestMetrics(registry);
  createOverload(0, registry, createLog('test', 'silent'));
  createSpanCounter(registry);
  createStdout(registry);
  createRateLimits(registry, true)('address', 1);
  await measureOwn(service, registry);
  for (const status of [200, 500]) requests.observe({labels: {method: 'GET', route: '/', status}, value: 0.1});
  if (servicesWithDatabase.includes(service)) measureDatabase(registry);

  registry.setContentType(Registry.PROMETHEUS_CONTENT_TYPE);
  const text = await registry.metrics();
  return {names: namesIn(text), series: seriesIn(text)};
}

/** A histogram has three names, even before its first series. */
const namesIn = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^# TYPE (\S+) (\w+)/gmu)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map(part => name + part) : [name],
    ),
  );

const seriesIn = (text: string): Series[] =>
  [...text.matchAll(/^(\w+)(?:\{(.*)\})? /gmu)].map(([, name = '', labels = '']) => ({name, labels: labelsIn(labels)}));

const labelsIn = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/gu)].map(([, label = '', value = '']) => [label, value]));
