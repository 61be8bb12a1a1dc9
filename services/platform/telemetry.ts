import type {Metrics} from './metrics.ts';

/** `shutdown` ends tracing: queued spans are sent within five seconds, or lost. */
export type Telemetry = {shutdown(): Promise<void>};

/**
 * Starts tracing if `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is set. Only the standard
 * `OTEL_*` variables configure it. Without an endpoint it does nothing and does not load the SDK.
 */
export async function startTelemetry(service: string, metrics: Metrics, env = process.env): Promise<Telemetry> {
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (!endpoint) return {shutdown: () => Promise.resolve()};

  env['OTEL_SERVICE_NAME'] ||= service;
  const {startExport} = await import('./trace-export.ts');
  return startExport(metrics);
}
