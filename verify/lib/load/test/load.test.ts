import {once} from 'node:events';
import {createServer, type RequestListener} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {setTimeout as wait} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {startLoad} from '../start.ts';
import type {Report, Stream} from '../plan.ts';
import {countOf, outcomesOf} from '../report.ts';

type Answer = (...exchange: Parameters<RequestListener>) => unknown;

async function startServer(t: ExecutionContext, answer: Answer): Promise<string> {
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a load of this comes to that lasts for half a second. */
async function sendFor(t: ExecutionContext, stream: Stream): Promise<Report> {
  const ending = new AbortController();
  t.teardown(() => ending.abort());
  const load = await startLoad([stream], {seed: 7, signal: ending.signal});
  load.enter('on');
  await wait(500);
  return load.stop();
}

test('a load sends as many as its rate says, however late the answers are, and numbers them', async t => {
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

test('a client that is refused, or cut off, tries again with the same request', async t => {
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

test('what is answered with a problem is counted by its code', async t => {
  const url = await startServer(t, (_request, response) => {
    response.writeHead(503, {'content-length': 0, 'x-problem-code': 'overloaded'}).end();
  });

  const report = await sendFor(t, {name: 'reads', method: 'GET', url, clients: 2});

  t.deepEqual(Object.keys(outcomesOf(report, 'reads', 'on')), ['503 overloaded']);
});
