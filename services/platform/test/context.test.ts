import test from 'ava';
import {contextHeaders, newContext, runInContext, traceparentOf} from '../context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

test('an incoming trace is continued with a new span', t => {
  const context = newContext(`00-${TRACE}-${PARENT}-01`);

  t.is(context.traceId, TRACE);
  t.not(context.spanId, PARENT);
  t.is(traceparentOf(context), `00-${TRACE}-${context.spanId}-01`);
});

for (const traceparent of [
  '',
  'nonsense',
  `00-${'0'.repeat(32)}-${PARENT}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${PARENT}-01`,
  `00-${TRACE}-${PARENT}-01-more`,
]) {
  test(`the traceparent "${traceparent}" is ignored, and a new trace starts`, t => {
    const {traceId, traceFlags} = newContext(traceparent);

    t.regex(traceId, /^[0-9a-f]{32}$/u);
    t.not(traceId, TRACE);
    t.is(traceFlags, '00');
  });
}

for (const [requestId, kept] of [
  ['abc-123', true],
  ['a'.repeat(128), true],
  ['a'.repeat(129), false],
  ['two words', false],
  ['a\u0000b', false],
  ['', false],
] as const) {
  test(`the request id ${JSON.stringify(requestId)} is ${kept ? 'kept' : 'replaced'}`, t => {
    t.is(newContext('', requestId).requestId === requestId, kept);
  });
}

test('calls inside a request carry its trace and its id', t => {
  const context = newContext(`00-${TRACE}-${PARENT}-01`, 'abc');

  const headers = runInContext(context, contextHeaders);

  t.deepEqual(headers, {traceparent: `00-${TRACE}-${context.spanId}-01`, 'x-request-id': 'abc'});
});

test('calls outside a request carry nothing', t => {
  t.deepEqual(contextHeaders(), {});
});
