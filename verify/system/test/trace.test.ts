import test, {type ExecutionContext} from 'ava';
import type {ReadableSpan} from '@opentelemetry/sdk-trace';
import {Registry} from 'prom-client';
import {newId} from '#platform/ids.ts';
import {createSpanCounter} from '#platform/telemetry.ts';
import {startTracing} from '#platform/trace-export.ts';
import {book, startOrders} from '../../../services/orders/test/fixtures.ts';
import {findUserAt} from '../../../services/orders/test/users-server.ts';
import {ann, startUsers} from '../../../services/users/test/fixtures.ts';

// Tracing is global in a process, so the tests of this file share it, and each test looks for its trace.
const spans: ReadableSpan[] = [];
const telemetry = startTracing(
  {
    export(batch, done) {
      spans.push(...batch);
      done({code: 0});
    },
    shutdown: () => Promise.resolve(),
  },
  createSpanCounter(new Registry()),
);

/** Each span of a trace as the path of names from its root, with the span's error. */
function treeOf(traceId: string): string[] {
  const own = spans.filter(span => span.spanContext().traceId === traceId);
  const byId = new Map(own.map(span => [span.spanContext().spanId, span]));
  const pathOf = (span: ReadableSpan): string => {
    const parent = byId.get(span.parentSpanContext?.spanId ?? '');
    return parent ? `${pathOf(parent)} > ${span.name}` : span.name;
  };
  const errorOf = ({attributes: {'error.type': type}}: ReadableSpan) => (typeof type === 'string' ? ` (${type})` : '');
  return own.map(span => pathOf(span) + errorOf(span)).toSorted();
}

async function startBoth(t: ExecutionContext) {
  const users = await startUsers(t);
  const findUser = findUserAt(String(users.defaults.options.prefixUrl), {USERS_CACHE_FRESH_MS: 60_000});
  return {users, orders: await startOrders(t, findUser)};
}

const traceIdOf = (traceresponse: unknown): string => String(traceresponse).split('-')[1] ?? '';

test('an order is one trace through both services and both databases', async t => {
  const {users, orders} = await startBoth(t);
  const {body} = await users.post<{id: string}>('api/users', {json: ann});
  const {headers} = await orders.post('api/orders', {json: {userId: body.id, products: [book]}});
  const again = await orders.post('api/orders', {json: {userId: body.id, products: [book]}});
  const unknown = await orders.post('api/orders', {json: {userId: newId(), products: [book]}});
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await orders.get('api/orders', {headers: {traceparent: `00-${traceId}-b7ad6b7169203331-01`}});
  const unsampled = '1af7651916cd43dd8448eb211c80319c';
  await orders.get('api/orders', {headers: {traceparent: `00-${unsampled}-b7ad6b7169203331-00`}});

  await telemetry.shutdown();

  const root = 'POST /api/orders';
  t.deepEqual(treeOf(traceIdOf(headers['traceresponse'])), [
    root,
    `${root} > check user`,
    `${root} > check user > HEAD`,
    `${root} > check user > HEAD > HEAD /api/users/:id`,
    `${root} > check user > HEAD > HEAD /api/users/:id > find users`,
    `${root} > insert orders`,
  ]);
  t.deepEqual(
    treeOf(traceIdOf(unknown.headers['traceresponse'])).filter(path => path.includes('(')),
    [`${root} > check user > HEAD (HTTPError)`],
  );
  t.deepEqual(treeOf(traceIdOf(again.headers['traceresponse'])), [
    root,
    `${root} > check user`,
    `${root} > insert orders`,
  ]);
  t.deepEqual(
    spans.filter(({name}) => name === 'check user').map(({attributes}) => attributes['cache.result']),
    ['miss', 'fresh', 'miss'],
  );
  t.deepEqual(treeOf(traceId), ['GET /api/orders', 'GET /api/orders > list orders']);
  t.deepEqual(treeOf(unsampled), []);
});
