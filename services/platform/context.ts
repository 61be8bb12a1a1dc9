import {AsyncLocalStorage} from 'node:async_hooks';
import {randomBytes, randomUUID} from 'node:crypto';
import type {Span} from '@opentelemetry/api';

/** The ids, span and deadline of one request. Its log lines and the calls made for it carry them. */
export type RequestContext = {
  requestId: string;
  /** W3C trace context: 32 and 16 hexadecimal digits, and the flags that came in. */
  traceId: string;
  spanId: string;
  traceFlags: string;
  /** The caller's span, if the request came with a `traceparent`. */
  parentSpanId?: string;
  /** The current span, if the request is sampled. */
  span?: Span;
};

const storage = new AsyncLocalStorage<RequestContext>();

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/u;
const REQUEST_ID = /^[\w.:-]{1,128}$/u;

/** The context of a request with these headers. A missing or malformed id is replaced by a new one. */
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

/** The headers that pass trace and request id on to another service; none outside a request. */
export function contextHeaders(): Record<string, string> {
  const context = currentContext();
  return context ? {traceparent: traceparentOf(context), 'x-request-id': context.requestId} : {};
}
