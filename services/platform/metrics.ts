import {collectDefaultMetrics, Counter, Gauge, Histogram, Registry} from 'prom-client';

export type Metrics = {
  registry: Registry;
  requests: Histogram<'method' | 'route' | 'status'>;
  inFlight: Gauge;
  spans: Counter<'outcome'>;
  /** The registry in the format that an Accept header asks for, OpenMetrics or Prometheus text. */
  render(accept?: string): Promise<{type: string; body: string}>;
};

/** The default buckets start at 5 ms, where most of our requests have long ended. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** The metrics of one service, in a registry of its own so that two can live in one process (as in tests). */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({register: registry});

  return {
    registry,
    requests: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the first byte read to the last byte written, by method, route template and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers: [registry],
    }),
    inFlight: new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests that have begun and not ended.',
      registers: [registry],
    }),
    spans: new Counter({
      name: 'trace_spans_total',
      help: 'Spans by what became of them: exported, failed, or dropped because the queue was full.',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    render: renderer(registry),
  };
}

/** A registry has one format at a time, so two scrapes in different formats wait for each other. */
function renderer(registry: Registry): Metrics['render'] {
  let last: Promise<unknown> = Promise.resolve();
  return (accept = '') => {
    const type = accept.includes('application/openmetrics-text')
      ? Registry.OPENMETRICS_CONTENT_TYPE
      : Registry.PROMETHEUS_CONTENT_TYPE;
    const rendered = last.then(async () => {
      registry.setContentType(type as typeof Registry.PROMETHEUS_CONTENT_TYPE);
      return {type, body: await registry.metrics()};
    });
    last = rendered.catch(() => undefined);
    return rendered;
  };
}
