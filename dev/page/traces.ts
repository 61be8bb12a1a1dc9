import type {LogLine} from '../log-line.ts';
import type {Span} from './otlp.ts';

export type Trace = {id: string; spans: Span[]; lines: LogLine[]};

/** The traces that are kept: more than anybody looks at, and some MB at most. */
const [MOST_TRACES, MOST_SPANS] = [200, 100];

/** Keeps the newest traces with their log lines. */
export function createTraces() {
  const traces = new Map<string, Trace>();

  function traceOf(id: string): Trace {
    const trace = traces.get(id) ?? {id, spans: [], lines: []};
    traces.set(id, trace);
    for (const oldest of traces.keys()) {
      if (traces.size <= MOST_TRACES) break;
      traces.delete(oldest);
    }
    return trace;
  }

  return {
    addSpans(spans: Span[]): void {
      for (const span of spans) {
        const trace = traceOf(span.traceId);
        if (trace.spans.length < MOST_SPANS) trace.spans.push(span);
      }
    },
    /** Lines that belong to no trace are dropped. */
    addLine(line: LogLine): void {
      if (!line.trace_id) return;
      const trace = traceOf(line.trace_id);
      if (trace.lines.length < MOST_SPANS) trace.lines.push(line);
    },
    find: (id: string): Trace | undefined => traces.get(id),
  };
}

export type Traces = ReturnType<typeof createTraces>;
