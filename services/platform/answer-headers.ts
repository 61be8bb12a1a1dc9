import {traceparentOf, type RequestContext} from './context.ts';

/** The headers of every answer, also of one that is sent before the app runs. Those of CORS are in cross-origin.ts. */
export const answerHeaders = (context: RequestContext): Record<string, string> => ({
  'X-Request-Id': context.requestId,
  traceresponse: traceparentOf(context),
  'X-Content-Type-Options': 'nosniff',
  // A proxy that compresses an answer has to make its ETag weak, and a weak ETag never matches `If-Match`.
  'Cache-Control': 'no-store, no-transform',
});
