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
  `ff-${TRACE}-${PARENT}-01`,
  `01-${TRACE}-${PARENT}-01more`,
  `1-${TRACE}-${PARENT}-01`,
  `00-${TRACE}-${PARENT}-1`,
  `00-${TRACE}-${PARENT}-0x`,
]) {
  test(`the traceparent "${traceparent}" is ignored, and a new trace starts`, t => {
    const {traceId, traceFlags} = newContext(traceparent);

    t.regex(traceId, /^[0-9a-f]{32}$/u);
    t.not(traceId, TRACE);
    t.is(traceFlags, '00');
  });
}

for (const [traceparent, flags] of [
  [`01-${TRACE}-${PARENT}-01`, '01'],
  [`cc-${TRACE}-${PARENT}-00`, '00'],
  [`cc-${TRACE}-${PARENT}-01-what-comes-later`, '01'],
  [`00-${TRACE}-${PARENT}-ff`, '01'],
  [`00-${TRACE}-${PARENT}-fe`, '00'],
  [`00-${TRACE}-${PARENT}-03`, '01'],
] as const) {
  test(`the traceparent "${traceparent}" is continued in version 00 with the flags ${flags}`, t => {
    const context = newContext(traceparent);

    t.is(traceparentOf(context), `00-${TRACE}-${context.spanId}-${flags}`);
  });
}

for (const [traceparent, tracestate, passedOn] of [
  [`00-${TRACE}-${PARENT}-01`, 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', true],
  [`00-${TRACE}-${PARENT}-00`, 'a'.repeat(512), true],
  [`00-${TRACE}-${PARENT}-01`, 'a'.repeat(513), false],
  [`00-${TRACE}-${PARENT}-01`, 'a=\u00e9', false],
  [`00-${TRACE}-${PARENT}-01`, '', false],
  ['nonsense', 'rojo=1', false],
] as const) {
  test(`the tracestate "${tracestate.slice(0, 20)}" of the trace "${traceparent}" is ${passedOn ? '' : 'not '}passed on`, t => {
    const headers = runInContext(newContext(traceparent, '', tracestate), contextHeaders);

    t.is(headers['tracestate'], passedOn ? tracestate : undefined);
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
