import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {buffer} from 'node:stream/consumers';
import {OTLPTraceExporter} from '@opentelemetry/exporter-trace-otlp-proto';
import {BatchSpanProcessor, TracerProvider} from '@opentelemetry/sdk-trace';
import test from 'ava';
import {countSpans, type SpanCounts} from '../spans.ts';

test('spans are counted by instrumentation in what the OTLP exporter sends', async t => {
  const counts: SpanCounts[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    counts.push(countSpans(await buffer(request)));
    response.end();
  };
  const server = createServer((request, response) => void take(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new TracerProvider({
    spanProcessors: [new BatchSpanProcessor({exporter: new OTLPTraceExporter({url})})],
  });

  for (let count = 0; count < 200; count++) provider.getTracer('http', '1.2.3').startSpan('a request').end();
  provider.getTracer('mongodb').startSpan('find').end();
  await provider.shutdown();

  t.deepEqual(counts, [{http: 200, mongodb: 1}]);
});
