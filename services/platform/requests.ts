import type {Context, Middleware} from 'koa';
import {answerHeaders} from './answer-headers.ts';
import {runInContext, type RequestContext} from './context.ts';
import {idsIn, type Log} from './log.ts';
import {methodOf, type RequestMetrics} from './request-metrics.ts';
import {routeOf} from './router.ts';
import {endRequest, startRequest} from './tracing.ts';

/** Gives every request that reaches the app its ids and, if it is sampled, a span; measures it and logs a line. */
export function observeRequests(log: Log, {requests, inFlight}: RequestMetrics): Middleware {
  return async function observeRequests(ctx, next) {
    const {method} = ctx;
    const context = startRequest(method, headersOf(ctx));
    ctx.set(answerHeaders(context));
    const start = performance.now();
    inFlight.count += 1;
    try {
      await runInContext(context, next);
    } finally {
      inFlight.count -= 1;
      const [ms, route, {status}] = [performance.now() - start, routeOf(ctx), ctx.response];
      const labels = {method: methodOf(method), route, status};
      requests.observe({labels, value: ms / 1000, exemplarLabels: exemplar(context)});
      log.info({...idsIn(context), method, route, status, ms: Math.round(ms * 10) / 10}, 'request');
      endRequest(context, method, route, status);
    }
  };
}

const headersOf = (ctx: Context) => ({
  traceparent: ctx.get('traceparent'),
  tracestate: ctx.get('tracestate'),
  requestId: ctx.get('x-request-id'),
});

/** The trace of a sampled request: a link from a slow bucket to a trace. */
const exemplar = (context: RequestContext): Record<string, string> =>
  context.span ? {trace_id: context.traceId, span_id: context.spanId} : {};
