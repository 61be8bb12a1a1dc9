import test from 'ava';
import type {ReadableSpan} from '@opentelemetry/sdk-trace';
import {Registry} from 'prom-client';
import {newContext, runInContext} from '../context.ts';
import {createSpanCounter, startTelemetry} from '../telemetry.ts';
import {startTracing} from '../trace-export.ts';
import {endRequest, inSpan, startRequest} from '../tracing.ts';

// Tracing is global to the process, so these steps are one test.
test('without an endpoint, or disabled, nothing is traced, and ids are made; with one, spans that overflow the queue are dropped and counted', async t => {
  await startTelemetry('things', new Registry(), {});
  t.is(startRequest('GET').span, undefined);
  const endpoint = {OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1'};
  for (const disabled of ['true', 'TRUE']) {
    // The SDK reads the environment of the process.
    process.env['OTEL_SDK_DISABLED'] = disabled;
    await startTelemetry('things', new Registry(), {...process.env, ...endpoint});
    delete process.env['OTEL_SDK_DISABLED'];
    t.regex(startRequest('GET').traceId, /^(?!0+$)[0-9a-f]{32}$/u);
  }

  const spans = createSpanCounter(new Registry());
  const taken: ReadableSpan[] = [];
  const waiting: (() => void)[] = [];
  let isSlow = true;
  const telemetry = startTracing(
    {
      export(batch, done) {
        taken.push(...batch);
        if (isSlow) waiting.push(() => done({code: 0}));
        else done({code: 0});
      },
      shutdown: () => Promise.resolve(),
    },
    spans,
  );
  const sent = 20_000;
  for (let count = 0; count < sent; count++) endRequest(startRequest('GET'), 'GET', '/api/things', 200);

  const request = startRequest('GET');
  const result = await runInContext(request, () => inSpan('work', {}, () => Promise.resolve('done')));
  isSlow = false;
  for (const done of waiting) done();
  await telemetry.shutdown();

  t.is(result, 'done');
  const {values} = await spans.get();
  const counted = Object.fromEntries(values.map(({labels, value}) => [labels.outcome, value]));
  t.true((counted['dropped'] ?? 0) > 0);
  t.is((counted['dropped'] ?? 0) + (counted['exported'] ?? 0), sent + 1);
  t.is(counted['exported'], taken.length);
  t.is(startRequest('GET').span, undefined);
});

test('work in a request that is not sampled runs without a span', async t => {
  const result = await runInContext(newContext(), () => inSpan('work', {}, () => Promise.resolve('done')));

  t.is(result, 'done');
});
