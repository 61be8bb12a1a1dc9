import {AsyncLocalStorage} from 'node:async_hooks';
import {randomBytes, randomUUID} from 'node:crypto';
import type {Span} from '@opentelemetry/api';

/** What belongs to one request from its first to its last line of log, and to the calls made for it. */
export type RequestContext = {
  requestId: string;
  /** W3C trace context: 32 and 16 hexadecimal digits, and the flags that came in. */
  traceId: string;
  spanId: string;
  traceFlags: string;
  /** The span that the trace came from, if it came from outside. */
  parentSpanId?: string;
  /** The current span, while the request is sampled. */
  span?: Span;
};

const storage = new AsyncLocalStorage<RequestContext>();

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/u;
const REQUEST_ID = /^[\w.:-]{1,128}$/u;

/** The context of a request that came with these headers; what is missing or malformed is made anew. */
export function newContext(traceparent = '', requestId = ''): RequestContext {
  const [, traceId = randomBytes(16).toString('hex'), parentSpanId, traceFlags = '00'] =
    TRACEPARENT.exec(traceparent) ?? [];
  return {
    requestId: REQUEST_ID.test(requestId) ? requestId : randomUUID(),
    traceId,
    spanId: randomBytes(8).toString('hex'),
    traceFlags,
    ...(parentSpanId && {parentSpanId}),
  };
}

export const runInContext = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

export const currentContext = (): RequestContext | undefined => storage.getStore();

export const traceparentOf = ({traceId, spanId, traceFlags}: RequestContext): string =>
  `00-${traceId}-${spanId}-${traceFlags}`;

/** The headers that carry the current request on to another service; none outside a request. */
export function contextHeaders(): Record<string, string> {
  const context = currentContext();
  return context ? {traceparent: traceparentOf(context), 'x-request-id': context.requestId} : {};
}
