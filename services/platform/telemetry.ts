import {Counter, type Registry} from 'prom-client';
import {startAtZero} from './metrics.ts';
import type {SpanCounter, Telemetry} from './trace-export.ts';

/**
 * Starts tracing if `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is set. Only the standard
 * `OTEL_*` variables configure it. Without an endpoint, or with `OTEL_SDK_DISABLED=true`, it does nothing and does not
 * load the SDK.
 */
export async function startTelemetry(service: string, registry: Registry, env = process.env): Promise<Telemetry> {
  const spans = createSpanCounter(registry);
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const isDisabled = env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true';
  if (!endpoint || isDisabled) return {shutdown: () => Promise.resolve()};

  env['OTEL_SERVICE_NAME'] ||= service;
  const {startExport} = await import('./trace-export.ts');
  return startExport(spans);
}

/** Declared outside of trace-export.ts, so that its series exist without tracing and without the SDK. */
export function createSpanCounter(registry: Registry): SpanCounter {
  const spans = new Counter({
    name: 'trace_spans_total',
    help: 'Trace spans by outcome: exported, failed, or dropped because the queue was full.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  startAtZero(spans, 'outcome', ['exported', 'failed', 'dropped']);
  return spans;
}
