import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {Registry} from 'prom-client';
import {createSpanCounter} from '../telemetry.ts';
import {startTracing} from '../trace-export.ts';
import {endRequest, startRequest} from '../tracing.ts';

test('a span is sent after the delay in OTEL_BSP_SCHEDULE_DELAY', async t => {
  process.env['OTEL_BSP_SCHEDULE_DELAY'] = '0';
  const {promise: sent, resolve} = Promise.withResolvers<number>();
  const exporter = {
    export(batch: unknown[], done: (result: {code: number}) => void) {
      resolve(batch.length);
      done({code: 0});
    },
    shutdown: () => Promise.resolve(),
  };
  const telemetry = startTracing(exporter, createSpanCounter(new Registry()));

  endRequest(startRequest('GET'), 'GET', '/api/things', 200);

  // The default delay is 5 s.
  t.is(await Promise.race([sent, wait(2_500, 'late')]), 1);
  await telemetry.shutdown();
});
