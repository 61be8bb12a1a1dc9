import {createHash} from 'node:crypto';
import test from 'ava';
import {Registry} from 'prom-client';
import {createSpanCounter} from '../telemetry.ts';
import {startTracing} from '../trace-export.ts';
import {startRequest} from '../tracing.ts';

const ids = Array.from({length: 2_000}, (_, index) =>
  createHash('sha256').update(String(index)).digest('hex').slice(0, 32),
);

const isSampled = (traceId: string, flags: string): boolean => {
  const {span, traceFlags} = startRequest('GET', {traceparent: `00-${traceId}-b7ad6b7169203331-${flags}`});
  return span !== undefined && traceFlags === '01';
};

// Tracing is global to the process, so these steps are one test.
test("with the charts' default sampler the id of a trace decides, in every service alike, and no caller's flag", async t => {
  process.env['OTEL_TRACES_SAMPLER'] = 'traceidratio';
  process.env['OTEL_TRACES_SAMPLER_ARG'] = '0.1';
  const exporter = {export: () => undefined, shutdown: () => Promise.resolve()};
  const telemetry = startTracing(exporter, createSpanCounter(new Registry()));
  t.teardown(() => telemetry.shutdown());

  const [asked, notAsked] = ['01', '00'].map(flags => ids.filter(id => isSampled(id, flags)));

  t.deepEqual(asked, notAsked);
  t.true(Math.abs((asked?.length ?? 0) - 200) < 50);
});
