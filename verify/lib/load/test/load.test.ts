import {once} from 'node:events';
import {createServer, type RequestListener} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {setTimeout as wait} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {startLoad, type Load} from '../start.ts';
import type {Report, Stream} from '../plan.ts';
import {countOf, outcomesOf} from '../report.ts';

type Answer = (...exchange: Parameters<RequestListener>) => unknown;

async function startServer(t: ExecutionContext, answer: Answer): Promise<string> {
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function start(t: ExecutionContext, streams: Stream[], connections?: number): Promise<Load> {
  const ending = new AbortController();
  t.teardown(() => ending.abort());
  return startLoad(streams, {seed: 7, connections, signal: ending.signal});
}

/** The report of half a second of this stream. */
async function sendFor(t: ExecutionContext, stream: Stream): Promise<Report> {
  const load = await start(t, [stream]);
  load.enter('on');
  await wait(500);
  return load.stop();
}

test('a load keeps its rate however late the answers are, and numbers its requests', async t => {
  const bodies: string[] = [];
  const url = await startServer(t, async (request, response) => {
    bodies.push(`${String(request.headers['idempotency-key'])} ${await text(request)}`);
    await wait(300);
    response.writeHead(201, {'content-length': 10}).end('{"id":"a"}');
  });

  const order = {body: '{"of":"{id}"}', headers: {'Idempotency-Key': 'key-{n}'}, ids: ['ann', 'ben'], lists: true};
  const report = await sendFor(t, {name: 'orders', method: 'POST', url, rate: 200, ...order});

  const outcomes = outcomesOf(report, 'orders', 'on');
  t.deepEqual(Object.keys(outcomes), ['201']);
  t.true(Math.min(...(outcomes['201'] ?? [])) > 290);
  // Four standard deviations below the mean of a Poisson process.
  t.true(countOf(outcomes) > 60);
  t.is(new Set(bodies).size, bodies.length);
  t.true(bodies.includes('key-1 {"of":"ben"}'));
  t.is(Object.keys(report.created['orders'] ?? {}).length, countOf(outcomes));
});

test('each request is in the tenth of a second in which it was due, whenever it is answered', async t => {
  const url = await startServer(t, async (_request, response) => {
    await wait(1_000);
    response.writeHead(200, {'content-length': 0}).end();
  });

  const report = await sendFor(t, {name: 'reads', method: 'GET', url, rate: 200});

  const slots = report.timelines['on']?.['reads']?.['200'] ?? [];
  t.is(
    slots.reduce((sum, count) => sum + count, 0),
    countOf(outcomesOf(report, 'reads', 'on')),
  );
  // It is stopped after half a second, and a timer may be late.
  t.true(slots.length >= 5 && slots.length <= 7, slots.join());
});

test('a client that gets 503 or loses its connection retries with the same request', async t => {
  const tries = new Map<string, number>();
  const url = await startServer(t, (request, response) => {
    const key = String(request.headers['idempotency-key']);
    const nth = (tries.get(key) ?? 0) + 1;
    tries.set(key, nth);
    if (nth === 1) request.socket.destroy();
    else response.writeHead(nth === 2 ? 503 : 200, {'content-length': 0}).end();
  });

  const retry = {times: 3, pauseMs: 5};
  const report = await sendFor(t, {
    name: 'reads',
    method: 'GET',
    url,
    rate: 50,
    headers: {'Idempotency-Key': '{n}'},
    retry,
  });

  t.deepEqual(Object.keys(outcomesOf(report, 'reads', 'on')), ['200']);
  t.deepEqual([...new Set(tries.values())], [3]);
});

test('a problem is counted by its status and code', async t => {
  const url = await startServer(t, (_request, response) => {
    response.writeHead(503, {'content-length': 0, 'x-problem-code': 'overloaded'}).end();
  });

  const report = await sendFor(t, {name: 'reads', method: 'GET', url, clients: 2});

  t.deepEqual(Object.keys(outcomesOf(report, 'reads', 'on')), ['503 overloaded']);
});

test('a phase with an end resolves with its outcomes once its last request is answered', async t => {
  const asked: string[] = [];
  const url = await startServer(t, async (request, response) => {
    asked.push(String(request.url));
    await wait(100);
    response.writeHead(200, {'content-length': 0}).end();
  });
  const stream = {method: 'GET', rate: 100} as const;
  const load = await start(t, [
    {...stream, name: 'one', url: `${url}/one`},
    {...stream, name: 'other', url: `${url}/other`},
  ]);

  const first = await load.complete('slice', {seconds: 0.3, only: 'one'});
  const requests = asked.length;
  const again = await load.complete('slice', {seconds: 0.3, only: 'one'});

  t.deepEqual(Object.keys(first), ['one']);
  t.true(requests > 0 && first['one']?.['200']?.length === requests);
  // The same name gives the same arrivals, and both phases are counted together.
  t.is(asked.length, 2 * requests);
  t.is(again['one']?.['200']?.length, 2 * requests);
  t.deepEqual(new Set(asked), new Set(['/one']));
});

test('a load opens the connections that its plan asks for, and uses them in turn', async t => {
  const requestsOf = new Map<unknown, number>();
  const url = await startServer(t, (request, response) => {
    requestsOf.set(request.socket, (requestsOf.get(request.socket) ?? 0) + 1);
    response.writeHead(200, {'content-length': 0}).end();
  });

  const load = await start(t, [{name: 'reads', method: 'GET', url, clients: 1}], 4);
  await load.complete('on', {seconds: 1});
  const report = await load.stop();

  const counts = [...requestsOf.values()];
  t.is(counts.length, 4);
  t.true(Math.max(...counts) - Math.min(...counts) <= 1, counts.join(' '));
  t.is(report.connections, 4);
});

test('a chunked answer is read to its end', async t => {
  const url = await startServer(t, async (_request, response) => {
    response.writeHead(201).write('{"id":');
    await wait(20);
    response.end('"a"}');
  });

  const load = await start(t, [{name: 'orders', method: 'POST', url, body: '{}', clients: 1, lists: true}]);
  await load.complete('on', {seconds: 0.5});
  const report = await load.stop();

  const ids = Object.values(report.created['orders'] ?? {});
  t.true(ids.length > 1 && ids.every(id => id === 'a'), ids.join(' '));
});

test('a load that is stopped waits for its last answers', async t => {
  const url = await startServer(t, async (_request, response) => {
    await wait(1_000);
    response.writeHead(200, {'content-length': 0}).end();
  });

  const report = await sendFor(t, {name: 'reads', method: 'GET', url, clients: 3});

  t.is(outcomesOf(report, 'reads', 'on')['200']?.length, 3);
});
