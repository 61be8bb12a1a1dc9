import {stripVTControlCharacters} from 'node:util';
import test from 'ava';
import {readable} from '../readable.ts';

const common = {
  level: 'info',
  time: '2026-01-31T12:34:56.789Z',
  service: 'orders',
  requestId: 'abc',
  trace_id: '0',
  span_id: '1',
};
const shown = (line: object): string => stripVTControlCharacters(readable(JSON.stringify(line)));

test('a request has its time, service, method, route, status and duration', t => {
  const line = {...common, method: 'POST', route: '/api/orders', status: 201, ms: 12.3, msg: 'request'};

  t.is(shown(line), '12:34:56.789 orders POST /api/orders 201 12.3 ms');
});

test('an event has its fields, without the ids that every line has', t => {
  const line = {...common, level: 'warn', refused: 3, code: 'unavailable', msg: 'requests refused'};

  t.is(shown(line), '12:34:56.789 orders requests refused refused=3 code=unavailable');
});

test('an error has its stack', t => {
  const line = {
    ...common,
    level: 'error',
    err: {type: 'Error', message: 'broken', stack: 'Error: broken\n  at x'},
    msg: 'failed',
  };

  t.is(shown(line), '12:34:56.789 orders failed\nError: broken\n  at x');
});

for (const text of ['', 'plain text', '{', 'null', '[]', '{"a": 1}']) {
  test(`what is no line of a service stays as it is: ${text}`, t => {
    t.is(readable(text), text);
  });
}
