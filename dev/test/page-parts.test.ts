import {once} from 'node:events';
import {createServer, type RequestListener} from 'node:http';
import test, {type ExecutionContext} from 'ava';
import {createMeasures} from '../page/measures.ts';
import {spansIn} from '../page/otlp.ts';
import {openWay} from '../page/way.ts';

/** A field of protobuf with content, shorter than 128 bytes, and one with a number of eight bytes. */
const bytes = (number: number, content: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, Buffer.byteLength(content)]), Buffer.from(content)]);
const fixed = (number: number, value: bigint): Buffer => {
  const written = Buffer.alloc(9);
  written.writeUInt8((number << 3) | 1);
  written.writeBigUInt64LE(value, 1);
  return written;
};
const attribute = (name: string, value: string): Buffer => Buffer.concat([bytes(1, name), bytes(2, bytes(1, value))]);

test('a span is read from an export in protobuf', t => {
  const span = Buffer.concat([
    bytes(1, Buffer.alloc(16, 1)),
    bytes(2, Buffer.alloc(8, 2)),
    bytes(4, Buffer.alloc(8, 3)),
    bytes(5, 'POST'),
    fixed(7, 1_000_000_000_000_000_000n),
    fixed(8, 1_000_000_000_002_500_000n),
    bytes(9, attribute('http.route', '/a')),
    bytes(15, Buffer.from([3 << 3, 2])),
  ]);
  const resource = bytes(1, bytes(1, attribute('service.name', 'orders')));
  const short = bytes(1, Buffer.concat([resource, bytes(2, bytes(2, span.subarray(0, 18)))]));

  t.like(spansIn(short)[0], {traceId: '01'.repeat(16), service: 'orders', isError: false});
  t.deepEqual(spansIn(long(1, Buffer.concat([resource, long(2, long(2, span))]))), [
    {
      traceId: '01'.repeat(16),
      spanId: '02'.repeat(8),
      parentId: '03'.repeat(8),
      name: 'POST',
      service: 'orders',
      start: 1_000_000_000_000,
      end: 1_000_000_000_002.5,
      attributes: {'http.route': '/a'},
      isError: true,
    },
  ]);
});

/** A field with content of any length below 16,384 bytes. */
const long = (number: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, (content.length & 127) | 128, content.length >> 7]), content]);

async function serve(t: ExecutionContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => (server.close(), server.closeAllConnections()));
  return (server.address() as {port: number}).port;
}

test('what is shown of a service comes from its readiness and its metrics', async t => {
  let count = 100;
  const metrics = () =>
    [
      `http_request_duration_seconds_bucket{le="0.005"} ${count - 1}`,
      `http_request_duration_seconds_bucket{le="0.1"} ${count}`,
      `http_request_duration_seconds_bucket{le="+Inf"} ${count}`,
      `http_request_duration_seconds_count{route="/a"} ${count}`,
      'http_requests_in_flight 3',
      `process_resident_memory_bytes ${64 * 2 ** 20}`,
      'neighbour_lookup_breaker_state{state="closed"} 0',
      'neighbour_lookup_breaker_state{state="open"} 1',
      'neighbour_lookup_cache_total{result="fresh"} 4',
      'neighbour_lookup_cache_total{result="stale"} 2',
    ].join('\n');
  const port = await serve(t, ({url}, response) =>
    response.end(url === '/readyz' ? JSON.stringify({ready: false, failing: {mongodb: 'away'}}) : metrics()),
  );
  const measure = createMeasures(`http://127.0.0.1:${port}`);

  await measure();
  count = 200;
  const measures = await measure();

  t.like(measures, {
    isReady: false,
    failing: {mongodb: 'away'},
    p99Ms: 5,
    inFlight: 3,
    memoryMib: 64,
    breaker: 'open',
    cacheHits: 6,
  });
  t.true(Number(measures?.requestsPerSecond) > 100);
});

test('a service that gives no answer has no measures', async t => {
  t.is(await createMeasures('http://127.0.0.1:1')(), undefined);
});

test('the way passes everything on, or late, or nothing', async t => {
  const port = await serve(t, (_request, response) => response.end('here'));
  const way = await openWay(port);
  t.teardown(() => way.close());
  const ask = async (patienceMs: number) => {
    const start = performance.now();
    const answer = await fetch(way.url, {signal: AbortSignal.timeout(patienceMs)}).then(
      response => response.text(),
      () => 'nothing',
    );
    return {answer, ms: performance.now() - start};
  };

  t.is((await ask(5_000)).answer, 'here');
  await way.become('slow');
  const slow = await ask(5_000);
  t.true(slow.answer === 'here' && slow.ms >= 790);
  await way.become('cut');
  t.is((await ask(300)).answer, 'nothing');
  await way.become('open');
  t.is((await ask(5_000)).answer, 'here');
});
