import {setTimeout as wait} from 'node:timers/promises';
import {trace} from '@opentelemetry/api';
import {OTLPTraceExporter} from '@opentelemetry/exporter-trace-otlp-proto';
import {NodeSDK} from '@opentelemetry/sdk-node';
import {BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor} from '@opentelemetry/sdk-trace';
import type {Counter} from 'prom-client';
import {traceMongo} from './mongo/spans.ts';
import {traceWith} from './tracing.ts';

export type SpanCounter = Counter<'outcome'>;

/** `shutdown` ends tracing: queued spans are sent within five seconds, or lost. */
export type Telemetry = {shutdown(): Promise<void>};

/** In spans: 2,000 requests/s with 4 spans each, during an export of two seconds. */
const MAX_QUEUE = 16_384;

/** The part of a pod's termination grace period that is reserved for the last spans. */
const FLUSH_MS = 5_000;

/** Connect timeout. The exporter's timeout starts only after that, and a dead collector may not answer for minutes. */
const CONNECT_MS = 10_000;

/** Starts tracing to the collector that the standard `OTEL_*` variables name. */
export const startExport = (spans: SpanCounter): Telemetry =>
  startTracing(new OTLPTraceExporter({httpAgentOptions: {keepAlive: true, timeout: CONNECT_MS}}), spans);

/** Starts tracing to this exporter. */
export function startTracing(exporter: SpanExporter, spans: SpanCounter): Telemetry {
  const spanProcessors = [boundedProcessor(exporter, spans)];
  const sdk = new NodeSDK({spanProcessors, metricReaders: [], logRecordProcessors: []});
  sdk.start();
  traceWith(trace.getTracer('duet'));
  traceMongo();
  return {
    async shutdown() {
      traceWith(undefined);
      // A missing or slow collector must neither fail nor delay the shutdown.
      await Promise.race([sdk.shutdown().catch(() => undefined), wait(FLUSH_MS, undefined, {ref: false})]);
    },
  };
}

/** A batch processor that counts spans by outcome. If the queue is full, it drops the span and counts it. */
function boundedProcessor(exporter: SpanExporter, spans: SpanCounter): SpanProcessor {
  let queued = 0;
  const counting: SpanExporter = {
    export(batch, done) {
      queued -= batch.length;
      exporter.export(batch, result => {
        spans.inc({outcome: result.error === undefined ? 'exported' : 'failed'}, batch.length);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
  const batches = new BatchSpanProcessor({
    exporter: counting,
    maxQueueSize: MAX_QUEUE,
    maxExportBatchSize: 512,
    // The SDK reads this variable only for processors that it creates itself.
    scheduledDelayMillis: Number(process.env['OTEL_BSP_SCHEDULE_DELAY'] || 5_000),
  });
  return Object.assign(Object.create(batches) as SpanProcessor, {
    onEnd(span: ReadableSpan) {
      if (queued >= MAX_QUEUE) return spans.inc({outcome: 'dropped'});
      queued += 1;
      batches.onEnd(span);
    },
  });
}
