import {call, newOrder, register} from '../kube/client.ts';
import {observed} from '../kube/observability.ts';
import {podsOf, settled} from '../kube/objects.ts';
import type {Stage} from '../kube/stage.ts';
import {exemplarsOf} from '../kube/prometheus.ts';
import {expectLogged, expectTrace, hasFailedAttempt, traceIdOf, tracesSince} from '../kube/traces.ts';
import {expect, until} from '../../lib/until.ts';
import {inFlightWhile} from '../kube/in-flight.ts';

const ROOT = 'orders: POST /api/orders';
const ATTEMPT = `${ROOT} > orders: check user > orders: HEAD`;

const NEW_ORDER = [
  ROOT,
  `${ROOT} > orders: findOne orders`,
  `${ROOT} > orders: check user`,
  ATTEMPT,
  `${ATTEMPT} > users: HEAD /api/users/:id`,
  `${ATTEMPT} > users: HEAD /api/users/:id > users: findOne users`,
  `${ROOT} > orders: insertMany orders`,
];

/** One order is one trace: through both services, on a replay, while its pod is being deleted, and without users. */
export async function traces(stage: Stage): Promise<string> {
  await observed(stage);
  const userId = await register(stage);
  const since = new Date();

  const placed = await call(stage, newOrder(userId, 'traced'));
  await expectTrace(stage, traceIdOf(placed), NEW_ORDER);
  const found = await tracesSince(stage, 'orders', since);
  expect(
    'traces of one order',
    found.map(({traceID}) => traceID),
    [traceIdOf(placed)],
  );
  for (const service of ['users', 'orders']) await expectLogged(stage, service, traceIdOf(placed));
  await expectExemplar(stage, traceIdOf(placed), since);

  const replayed = await call(stage, newOrder(userId, 'traced'));
  await expectTrace(stage, traceIdOf(replayed), [ROOT, `${ROOT} > orders: findOne orders`]);

  const cut = await inFlightWhile(stage, await register(stage), deletePods);
  expect('the answer of a pod that is being deleted', cut.status, 201);
  await expectTrace(
    stage,
    traceIdOf(cut),
    NEW_ORDER.filter(path => !path.includes('findOne orders')),
  );

  await withoutUsers(stage);
  return 'one order, one trace of 7 spans, its id in traceresponse and in the logs of both services; on a replay 2 spans; a request in flight while its pod is deleted is answered and traced; without users the failed attempts are in it';
}

async function deletePods(stage: Stage): Promise<void> {
  const pods = (await podsOf(stage, 'deployment/orders')).map(({metadata}) => `pod/${metadata.name}`);
  await stage.kubectl(['delete', '--wait=false', ...pods]);
  await until('a pod that drains', 30, async () => {
    const logs = await Promise.all(pods.map(pod => stage.kubectl(['logs', pod])));
    return logs.every(log => log.includes('"draining"'));
  });
}

/** A user whom no pod of orders has asked for yet. */
async function withoutUsers(stage: Stage): Promise<void> {
  await settled(stage, ['deployment/orders']);
  const userId = await register(stage);
  await stage.kubectl(['scale', 'deployment/users', '--replicas=0']);
  await until('no pod of users', 90, async () => (await podsOf(stage, 'deployment/users')).length === 0);

  const refused = await call(stage, newOrder(userId, 'traced-away'));

  expect('an order without users', refused.status, 503);
  await until('the failed attempts in the trace', 30, () => hasFailedAttempt(stage, traceIdOf(refused)));
}

async function expectExemplar(stage: Stage, traceId: string, since: Date): Promise<void> {
  const buckets = 'http_request_duration_seconds_bucket{job="orders"}';
  await until('the trace as an exemplar', 30, async () => (await exemplarsOf(stage, buckets, since)).includes(traceId));
}
