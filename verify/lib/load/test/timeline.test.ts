import test from 'ava';
import type {Report} from '../plan.ts';
import {outageOf, timelineOf} from '../timeline.ts';

const report: Report = {
  outcomes: {},
  created: {},
  connections: 1,
  timelines: {
    ramp: {orders: {'201': [9]}},
    whole: {orders: {'201': [2, 0, 0, 1], '503 unavailable': [0, 3]}, reads: {'200': [1, 1, 1, 1, 1, 1]}},
  },
};

test('the timeline of a phase has each stream with each outcome', t => {
  t.deepEqual(timelineOf(report, 'whole'), {
    'orders 201': [2, 0, 0, 1],
    'orders 503 unavailable': [0, 3],
    'reads 200': [1, 1, 1, 1, 1, 1],
  });
  t.deepEqual(timelineOf(report, 'none'), {});
});

test('an outage is the longest time without a right answer, whatever other streams get', t => {
  const timeline = timelineOf(report, 'whole');

  t.is(outageOf(timeline, 'orders', '201'), 0.2);
  t.is(outageOf(timeline, 'reads', '200'), 0);
});

test('a stream without any right answer is out until its last request', t => {
  t.is(outageOf({'orders 503 unavailable': [1, 1, 1, 1]}, 'orders', '201'), 0.4);
});
