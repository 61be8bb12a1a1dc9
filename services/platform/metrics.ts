import {performance} from 'node:perf_hooks';
import {collectDefaultMetrics, Gauge, Registry, type Counter} from 'prom-client';

export type Metrics = {
  registry: Registry;
  /** The registry in the format that an Accept header asks for, OpenMetrics or Prometheus text. */
  render(accept?: string): Promise<{type: string; body: string}>;
};

// prom-client's types know only registries in Prometheus format.
const OPENMETRICS = Registry.OPENMETRICS_CONTENT_TYPE as unknown as typeof Registry.PROMETHEUS_CONTENT_TYPE;

/** Seconds. prom-client's default buckets start at 5 ms, but most requests and MongoDB commands take less. */
export const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/**
 * The registry of one service, with the metrics of its process; each file of platform adds what it measures itself.
 * Each service has its own registry, so that two services can run in one process (as in tests).
 */
export function createMetrics(service = 'test'): Metrics {
  const registry = new Registry();
  // prom-client accepts exemplars only if the registry is OpenMetrics when the metric is declared.
  registry.setContentType(OPENMETRICS);
  // At its default of 10 ms, event loop monitoring takes a noticeable part of a core.
  collectDefaultMetrics({register: registry, eventLoopMonitoringPrecision: 20});
  addProcessMetrics(registry, service);

  return {registry, render: renderer(registry)};
}

/**
 * Creates the series of a counter at 0. PromQL's `rate` needs two samples, so without a 0 before it the first increment
 * of a series would be missed.
 */
export function startAtZero<Label extends string>(
  counter: Counter<Label>,
  label: NoInfer<Label>,
  values: readonly string[],
  others: Partial<Record<NoInfer<Label>, string>> = {},
): void {
  for (const value of values) counter.inc({...others, [label]: value}, 0);
}

function addProcessMetrics(registry: Registry, service: string): void {
  new Gauge({
    name: 'service_info',
    help: 'Always 1; the labels name the service and its Node version.',
    labelNames: ['service', 'node'],
    registers: [registry],
  }).set({service, node: process.version}, 1);

  let last = performance.eventLoopUtilization();
  new Gauge({
    name: 'nodejs_eventloop_utilization_ratio',
    help: 'Share of the time since the last scrape in which the event loop was busy.',
    registers: [registry],
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, last).utilization);
      last = now;
    },
  });
}

function prefersOpenMetrics(accept: string): boolean {
  const openMetrics = qualityOf('application/openmetrics-text', accept);
  return openMetrics > 0 && openMetrics >= qualityOf('text/plain', accept);
}

/** The highest quality, 0 to 1, that an Accept header gives to this media type by its name; 0 without the name. */
function qualityOf(type: string, accept: string): number {
  const ranges = accept
    .toLowerCase()
    .split(',')
    .map(range => range.split(';').map(part => part.trim()));
  const named = ranges.filter(([name]) => name === type);
  return Math.max(0, ...named.map(parts => Number(parts.find(part => part.startsWith('q='))?.slice(2) ?? 1) || 0));
}

/** A registry has one format at a time, so two scrapes in different formats wait for each other. */
function renderer(registry: Registry): Metrics['render'] {
  let last: Promise<unknown> = Promise.resolve();
  return (accept = '') => {
    const type = prefersOpenMetrics(accept) ? OPENMETRICS : Registry.PROMETHEUS_CONTENT_TYPE;
    const rendered = last.then(async () => ({type, body: await renderAs(registry, type)}));
    last = rendered.catch(() => undefined);
    return rendered;
  };
}

/**
 * OpenMetrics writes a counter's name without `_total`. prom-client removes the suffix permanently, so Prometheus text
 * would lack it from then on.
 */
async function renderAs(registry: Registry, type: typeof OPENMETRICS): Promise<string> {
  const names = registry.getMetricsAsArray().map(metric => [metric, metric.name] as const);
  registry.setContentType(type);
  try {
    return await registry.metrics();
  } finally {
    for (const [metric, name] of names) metric.name = name;
  }
}
