import {setTimeout as wait} from 'node:timers/promises';
import {trace} from '@opentelemetry/api';
import {OTLPTraceExporter} from '@opentelemetry/exporter-trace-otlp-proto';
import {NodeSDK} from '@opentelemetry/sdk-node';
import {BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor} from '@opentelemetry/sdk-trace';
import type {Counter} from 'prom-client';
import {traceMongo} from './mongo/spans.ts';
import {traceWith} from './tracing.ts';

export type SpanCounter = Counter<'outcome'>;

/** Ends tracing: what is queued is sent within five seconds, or lost. */
export type Telemetry = {shutdown(): Promise<void>};

/** 2,000 requests/s of 4 spans each, for the two seconds that an export may take. */
const MAX_QUEUE = 16_384;

/** What the grace period of a pod has for the last spans. */
const FLUSH_MS = 5_000;

/** The exporter's own limit begins with the connection, and a collector that is gone may leave that unanswered for minutes. */
const CONNECT_MS = 10_000;

/** Tracing to where the standard `OTEL_*` variables say. */
export const startExport = (spans: SpanCounter): Telemetry =>
  startTracing(new OTLPTraceExporter({httpAgentOptions: {keepAlive: true, timeout: CONNECT_MS}}), spans);

/** Tracing to this exporter. */
export function startTracing(exporter: SpanExporter, spans: SpanCounter): Telemetry {
  const spanProcessors = [boundedProcessor(exporter, spans)];
  const sdk = new NodeSDK({spanProcessors, metricReaders: [], logRecordProcessors: []});
  sdk.start();
  traceWith(trace.getTracer('duet'));
  traceMongo();
  return {
    async shutdown() {
      traceWith(undefined);
      // A collector that is away or slow must neither fail nor hold up the end of the service.
      await Promise.race([sdk.shutdown().catch(() => undefined), wait(FLUSH_MS, undefined, {ref: false})]);
    },
  };
}

/** A batch processor that counts what becomes of each span; one that finds the queue full is dropped and counted. */
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
    // The SDK reads this variable only for a processor that it makes itself.
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
