import type {Middleware} from 'koa';
import {Gauge, Histogram, type Registry} from 'prom-client';
import {currentContext} from './context.ts';
import {BUCKETS} from './metrics.ts';
import {routeOf} from './router.ts';

export type RequestMetrics = {
  requests: Histogram<'method' | 'route' | 'status'>;
  inFlight: Gauge;
};

export const createRequestMetrics = (registry: Registry): RequestMetrics => ({
  requests: new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte read to the last byte written, by method, route template and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    enableExemplars: true,
    registers: [registry],
  }),
  inFlight: new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests in flight: started and not yet answered.',
    registers: [registry],
  }),
});

/** Times every request that reaches the app. */
export function measureRequests({requests, inFlight}: RequestMetrics): Middleware {
  return async function measureRequests(ctx, next) {
    const start = performance.now();
    inFlight.inc();
    try {
      await next();
    } finally {
      inFlight.dec();
      const labels = {method: methodOf(ctx.method), route: routeOf(ctx), status: ctx.status};
      requests.observe({labels, value: (performance.now() - start) / 1000, exemplarLabels: exemplar()});
    }
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The metric label of a method. The 30 others that Node accepts share one label, named as in OpenTelemetry. */
export const methodOf = (method: string): string => (METHODS.has(method) ? method : '_OTHER');

/** The trace of a sampled request as an exemplar: a link from a slow bucket to a trace. */
function exemplar(): Record<string, string> {
  const context = currentContext();
  return context?.span ? {trace_id: context.traceId, span_id: context.spanId} : {};
}
