import type {Metrics} from './metrics.ts';

/** Ends tracing: what is queued is sent within five seconds, or lost. */
export type Telemetry = {shutdown(): Promise<void>};

/**
 * Traces when the environment says where to (`OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`), by
 * the standard `OTEL_*` variables alone; else it does nothing, and does not even load what would.
 */
export async function startTelemetry(service: string, metrics: Metrics, env = process.env): Promise<Telemetry> {
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (!endpoint) return {shutdown: () => Promise.resolve()};

  env['OTEL_SERVICE_NAME'] ||= service;
  const {startExport} = await import('./trace-export.ts');
  return startExport(metrics);
}
