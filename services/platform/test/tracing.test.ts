import test from 'ava';
import {INVALID_SPAN_CONTEXT, trace, type Tracer} from '@opentelemetry/api';
import {startRequest, traceWith} from '../tracing.ts';

test.serial('a tracer that makes spans without ids, as an SDK that is off does, leaves a request its own ids', t => {
  t.teardown(() => traceWith(undefined));
  traceWith({startSpan: () => trace.wrapSpanContext(INVALID_SPAN_CONTEXT)} as unknown as Tracer);
  const traceId = '0af7651916cd43dd8448eb211c80319c';

  const context = startRequest('GET');
  const continued = startRequest('GET', {traceparent: `00-${traceId}-b7ad6b7169203331-01`});

  t.regex(context.traceId, /^(?!0+$)[0-9a-f]{32}$/u);
  t.regex(context.spanId, /^(?!0+$)[0-9a-f]{16}$/u);
  t.is(continued.traceId, traceId);
});
