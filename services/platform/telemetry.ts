import {Counter, type Registry} from 'prom-client';
import {startAtZero} from './metrics.ts';
import type {SpanCounter, Telemetry} from './trace-export.ts';

/**
 * Traces when the environment says where to (`OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`), by
 * the standard `OTEL_*` variables alone; else it does nothing, and does not even load what would.
 */
export async function startTelemetry(service: string, registry: Registry, env = process.env): Promise<Telemetry> {
  const spans = createSpanCounter(registry);
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (!endpoint) return {shutdown: () => Promise.resolve()};

  env['OTEL_SERVICE_NAME'] ||= service;
  const {startExport} = await import('./trace-export.ts');
  return startExport(spans);
}

/** Declared here, where nothing heavy is loaded, so that its series are there without tracing as well. */
export function createSpanCounter(registry: Registry): SpanCounter {
  const spans = new Counter({
    name: 'trace_spans_total',
    help: 'Spans by what became of them: exported, failed, or dropped because the queue was full.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  startAtZero(spans, 'outcome', ['exported', 'failed', 'dropped']);
  return spans;
}
