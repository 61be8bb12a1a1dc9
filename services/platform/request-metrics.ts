import {Gauge, Histogram, type Registry} from 'prom-client';
import {BUCKETS} from './metrics.ts';

export type RequestMetrics = {
  requests: Histogram<'method' | 'route' | 'status'>;
  /** The requests in flight. A plain number, read by each scrape. */
  inFlight: {count: number};
};

export function createRequestMetrics(registry: Registry): RequestMetrics {
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte read to the last byte written, by method, route template and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    enableExemplars: true,
    registers: [registry],
  });
  const inFlight = {count: 0};
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests in flight: started and not yet answered.',
    registers: [registry],
    collect() {
      this.set(inFlight.count);
    },
  });
  return {requests, inFlight};
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The metric label of a method. The 30 others that Node accepts share one label, named as in OpenTelemetry. */
export const methodOf = (method: string): string => (METHODS.has(method) ? method : '_OTHER');
