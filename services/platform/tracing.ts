import {
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import {
  currentContext,
  flagsOf,
  newContext,
  runInContext,
  type Ids,
  type Parent,
  type RequestContext,
} from './context.ts';

// Spans are created by hand, not by patched modules: stock instrumentation adds a quarter to the CPU of a request, and with
// ES modules it needs a loader hook. The parent comes from our own request context, so disabled tracing costs one comparison.
let tracer: Tracer | undefined;

/** Starts tracing requests with this tracer; undefined stops it. */
export function traceWith(next: Tracer | undefined): void {
  tracer = next;
}

/** The context of an incoming request, with its server span if the request is sampled. */
export function startRequest(
  method: string,
  {traceparent, tracestate, requestId}: {traceparent?: string; tracestate?: string; requestId?: string} = {},
): RequestContext {
  if (!tracer) return newContext(traceparent, requestId, tracestate);

  const options = {kind: SpanKind.SERVER, attributes: {'http.request.method': method, 'url.scheme': 'http'}};
  const idsOf = (parent: Parent | undefined) => tracer && idsOfSpan(tracer.startSpan(method, options, remote(parent)));
  return newContext(traceparent, requestId, tracestate, idsOf);
}

/** Ends the server span. Its name has the route template, because paths are unbounded. */
export function endRequest({span}: RequestContext, method: string, route: string, status: number): void {
  if (!span) return;
  span.updateName(`${method} ${route}`);
  span.setAttributes({'http.route': route, 'http.response.status_code': status});
  if (status >= 500) failed(span, String(status));
  span.end();
}

/**
 * Runs the work in a child of the current span. If the request is not sampled, it only runs the work.
 * The span records an error by its name only, because a message may contain user input.
 */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
  kind = SpanKind.INTERNAL,
): Promise<T> {
  const parent = currentContext();
  const span = startChild(name, kind, attributes);
  if (!parent || !span) return work();

  try {
    return await runInContext(withSpan(parent, span), work);
  } catch (error) {
    failed(span, errorType(error));
    throw error;
  } finally {
    span.end();
  }
}

/** Whether the current request is sampled: only then is it worth to gather what a span shows. */
export const isSampled = (): boolean => currentContext()?.span !== undefined;

/** Starts a child of the current span. If the request is not sampled, it returns undefined before any work is done. */
export function startChild(name: string, kind: SpanKind, attributes: Attributes): Span | undefined {
  const parent = currentContext()?.span;
  return parent && tracer?.startSpan(name, {kind, attributes}, trace.setSpan(ROOT_CONTEXT, parent));
}

/** Adds attributes to the current span, if the request is sampled. */
export const annotate = (attributes: Attributes): void => void currentContext()?.span?.setAttributes(attributes);

export function failed(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({code: SpanStatusCode.ERROR});
}

export const errorType = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** The context with this span in place of its own; unchanged if the SDK is off, because its spans have no ids then. */
const withSpan = (context: RequestContext, span: Span): RequestContext => ({...context, ...idsOfSpan(span)});

function idsOfSpan(span: Span): Ids | undefined {
  const spanContext = span.spanContext();
  if (!isSpanContextValid(spanContext)) return undefined;
  const {traceId, spanId, traceFlags} = spanContext;
  return {traceId, spanId, traceFlags: flagsOf(traceFlags), ...(span.isRecording() && {span})};
}

function remote(parent: Parent | undefined) {
  if (!parent) return ROOT_CONTEXT;
  const {traceId, parentSpanId, traceFlags, traceState} = parent;
  const flags = Number.parseInt(traceFlags, 16);
  const caller = {traceId, spanId: parentSpanId, traceFlags: flags, isRemote: true};
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...caller,
    ...(traceState && {traceState: createTraceState(traceState)}),
  });
}
