import {once} from 'node:events';
import type {AddressInfo} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import got from 'got';
import {createMetrics} from '../metrics.ts';
import {createOpsServer} from '../ops.ts';
import {createReadiness} from '../readiness.ts';
import {createRequestMetrics} from '../request-metrics.ts';
import {createSpanCounter} from '../telemetry.ts';

async function startOps(t: ExecutionContext) {
  const parts = {metrics: createMetrics(), readiness: createReadiness()};
  const server = createOpsServer(parts).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const {port} = server.address() as AddressInfo;
  return {
    ...parts,
    ops: got.extend({prefixUrl: `http://127.0.0.1:${port}`, throwHttpErrors: false, retry: {limit: 0}}),
  };
}

test('a service that has not started is alive and unready, and says why', async t => {
  const {ops} = await startOps(t);

  const live = await ops.get('livez');
  const ready = await ops.get('readyz').json();

  t.is(live.statusCode, 200);
  t.deepEqual(ready, {ready: false, failing: {startup: 'not started yet'}});
});

test('a started service is ready until it drains', async t => {
  const {ops, readiness} = await startOps(t);
  readiness.pass('startup');

  t.is((await ops.get('readyz')).statusCode, 200);
  readiness.drain();
  t.is((await ops.get('readyz')).statusCode, 503);
  t.is((await ops.get('livez')).statusCode, 200);
});

test('a failing check makes it unready, and it recovers', async t => {
  const {ops, readiness} = await startOps(t);
  readiness.pass('startup');
  readiness.fail('mongodb', 'no answer for 11 s');

  t.deepEqual(await ops.get('readyz').json(), {ready: false, failing: {mongodb: 'no answer for 11 s'}});
  readiness.pass('mongodb');
  t.is((await ops.get('readyz')).statusCode, 200);
});

test('metrics are served as Prometheus text or as OpenMetrics, as requested, even at the same time', async t => {
  const {ops, metrics} = await startOps(t);
  const exemplarLabels: Record<string, string> = {trace_id: 'abc'};
  createRequestMetrics(metrics.registry).requests.observe({
    labels: {method: 'GET', route: '/api/things', status: 200},
    value: 0.002,
    exemplarLabels,
  });
  const accept = 'application/openmetrics-text';

  const [text, open] = await Promise.all([ops.get('metrics'), ops.get('metrics', {headers: {accept}})]);

  t.regex(text.headers['content-type'] ?? '', /^text\/plain/u);
  t.notRegex(text.body, /# EOF/u);
  t.regex(open.headers['content-type'] ?? '', /^application\/openmetrics-text/u);
  t.regex(open.body, /# EOF\n$/u);
  t.regex(open.body, /http_request_duration_seconds_bucket.* # \{trace_id="abc"\}/u);
  t.regex(text.body, /http_request_duration_seconds_count\{method="GET",route="\/api\/things",status="200"\} 1/u);
});

for (const [accept, format] of [
  ['application/openmetrics-text;q=0', 'text/plain'],
  ['application/openmetrics-text;version=1.0.0;q=0.0, */*', 'text/plain'],
  ['text/plain, application/openmetrics-text;q=0.5', 'text/plain'],
  ['application/openmetrics-text-x', 'text/plain'],
  ['*/*', 'text/plain'],
  ['', 'text/plain'],
  ['Application/OpenMetrics-Text; version=1.0.0', 'application/openmetrics-text'],
  ['application/openmetrics-text, text/plain', 'application/openmetrics-text'],
  [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,' +
      'text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
    'application/openmetrics-text',
  ],
] as const) {
  test(`metrics are ${format} for Accept: ${accept.slice(0, 60)}`, async t => {
    const {ops} = await startOps(t);

    const {headers} = await ops.get('metrics', {headers: {accept}});

    t.is(headers['content-type']?.split(';')[0], format);
  });
}

test('a counter has its full name in both formats, whichever was served before', async t => {
  const {ops, metrics} = await startOps(t);
  createSpanCounter(metrics.registry);
  await ops.get('metrics', {headers: {accept: 'application/openmetrics-text'}});

  const [text, open] = await Promise.all([
    ops.get('metrics'),
    ops.get('metrics', {headers: {accept: 'application/openmetrics-text'}}),
  ]);

  t.regex(text.body, /^# TYPE trace_spans_total counter$/mu);
  t.regex(text.body, /^trace_spans_total\{/mu);
  t.regex(open.body, /^# TYPE trace_spans counter$/mu);
  t.regex(open.body, /^trace_spans_total\{/mu);
});

test('other paths and methods are refused', async t => {
  const {ops} = await startOps(t);

  t.is((await ops.get('api/users')).statusCode, 404);
  for (const path of ['livez', 'readyz', 'metrics']) {
    const refused = await ops.post(path);
    t.deepEqual([refused.statusCode, refused.headers.allow], [405, 'GET, HEAD']);
  }
});
