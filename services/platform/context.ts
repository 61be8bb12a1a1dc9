import {AsyncLocalStorage} from 'node:async_hooks';
import {randomUUID} from 'node:crypto';
import type {Span} from '@opentelemetry/api';
import {randomHex} from './random.ts';

/** The ids, span and deadline of one request. Its log lines and the calls made for it carry them. */
export type RequestContext = {
  requestId: string;
  /** W3C trace context: 32 and 16 hexadecimal digits; `01` if the request is sampled, else `00`. */
  traceId: string;
  spanId: string;
  traceFlags: string;
  /** The `tracestate` that came with the trace; it is passed on as it is. */
  traceState?: string;
  /** The caller's span, if the request came with a `traceparent`. */
  parentSpanId?: string;
  /** The current span, if the request is sampled. */
  span?: Span;
};

const storage = new AsyncLocalStorage<RequestContext>();

const TRACEPARENT = /^([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/u;

/** W3C asks to pass on at least so much. We never look into it. */
const TRACESTATE = /^[ -~]{1,512}$/u;
const REQUEST_ID = /^[\w.:-]{1,128}$/u;

/** Where a request comes from, by its `traceparent` and `tracestate`. */
export type Parent = Pick<RequestContext, 'traceId' | 'traceFlags' | 'traceState'> & {parentSpanId: string};

/** The ids of a request itself. */
export type Ids = Pick<RequestContext, 'traceId' | 'spanId' | 'traceFlags' | 'span'>;

const newIds = (parent: Parent | undefined): Ids => ({
  traceId: parent?.traceId ?? randomHex(16),
  spanId: randomHex(8),
  traceFlags: parent?.traceFlags ?? '00',
});

/** The context of a request with these headers. A missing or malformed id is replaced by a new one. */
export function newContext(
  traceparent = '',
  requestId = '',
  traceState = '',
  idsOf: (parent: Parent | undefined) => Ids | undefined = newIds,
): RequestContext {
  const parent = parse(traceparent, traceState);
  const id = REQUEST_ID.test(requestId) ? requestId : randomUUID();
  return {requestId: id, ...parent, ...(idsOf(parent) ?? newIds(parent))};
}

/** A later version is read as version 00, whatever it appends. Version ff is not allowed. */
function parse(traceparent: string, traceState: string): Parent | undefined {
  const [, version, traceId, parentSpanId, flags, more] = TRACEPARENT.exec(traceparent) ?? [];
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (!traceId || !parentSpanId || !flags) return undefined;
  const state = TRACESTATE.test(traceState) ? {traceState} : undefined;
  return {traceId, parentSpanId, traceFlags: flagsOf(Number.parseInt(flags, 16)), ...state};
}

/** Trace flags as text. We know only the lowest bit, "sampled", and may send no other. */
export const flagsOf = (bits: number): string => (bits % 2 === 1 ? '01' : '00');

export const runInContext = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

export const currentContext = (): RequestContext | undefined => storage.getStore();

export const traceparentOf = ({traceId, spanId, traceFlags}: RequestContext): string =>
  `00-${traceId}-${spanId}-${traceFlags}`;

/** The headers that pass trace and request id on to another service; none outside a request. */
export function contextHeaders(): Record<string, string> {
  const context = currentContext();
  if (!context) return {};

  const {requestId, traceState} = context;
  return {traceparent: traceparentOf(context), ...(traceState && {tracestate: traceState}), 'x-request-id': requestId};
}
