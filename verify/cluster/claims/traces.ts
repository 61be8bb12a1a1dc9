import {call, newOrder, register} from '../kube/client.ts';
import {observed} from '../kube/observability.ts';
import {podsOf, settled} from '../kube/objects.ts';
import type {Cluster} from '../kube/cluster.ts';
import {exemplarsOf} from '../kube/prometheus.ts';
import {expectLogged, expectTrace, hasFailedAttempt, traceIdOf, tracesSince} from '../kube/traces.ts';
import {expect, until} from '../../lib/until.ts';
import {inFlightWhile} from '../kube/in-flight.ts';

const ROOT = 'orders: POST /api/orders';
const ATTEMPT = `${ROOT} > orders: check user > orders: HEAD`;

const NEW_ORDER = [
  ROOT,
  `${ROOT} > orders: findByKey orders`,
  `${ROOT} > orders: check user`,
  ATTEMPT,
  `${ATTEMPT} > users: HEAD /api/users/:id`,
  `${ATTEMPT} > users: HEAD /api/users/:id > users: find users`,
  `${ROOT} > orders: insert orders`,
];

/** One order is one trace through both services; it stays complete on a replay, when its pod is deleted, and without users. */
export async function traces(cluster: Cluster): Promise<string> {
  await observed(cluster);
  const userId = await register(cluster);
  const since = new Date();

  const placed = await call(cluster, newOrder(userId, 'traced'));
  await expectTrace(cluster, traceIdOf(placed), NEW_ORDER);
  const found = await tracesSince(cluster, 'orders', since);
  expect(
    'traces of one order',
    found.map(({traceID}) => traceID),
    [traceIdOf(placed)],
  );
  for (const service of ['users', 'orders']) await expectLogged(cluster, service, traceIdOf(placed));
  await expectExemplar(cluster, traceIdOf(placed), since);

  const replayed = await call(cluster, newOrder(userId, 'traced'));
  await expectTrace(cluster, traceIdOf(replayed), [ROOT, `${ROOT} > orders: findByKey orders`]);

  const cut = await inFlightWhile(cluster, await register(cluster), deletePods);
  expect('status from a pod that is being deleted', cut.status, 201);
  await expectTrace(
    cluster,
    traceIdOf(cut),
    NEW_ORDER.filter(path => !path.includes('findByKey orders')),
  );

  await withoutUsers(cluster);
  return 'one order is one trace of 7 spans, with its id in the traceresponse header and in the logs of both services; a replay has 2 spans; a request in flight while its pod is deleted is answered and traced; without users, the trace has the failed attempts';
}

async function deletePods(cluster: Cluster): Promise<void> {
  const pods = (await podsOf(cluster, 'deployment/orders')).map(({metadata}) => `pod/${metadata.name}`);
  await cluster.kubectl(['delete', '--wait=false', ...pods]);
  await until('every pod of orders draining', 30, async () => {
    const logs = await Promise.all(pods.map(pod => cluster.kubectl(['logs', pod])));
    return logs.every(log => log.includes('"draining"'));
  });
}

/** The trace of a refused order, whose buyer no pod of orders has cached. */
async function withoutUsers(cluster: Cluster): Promise<void> {
  await settled(cluster, ['deployment/orders']);
  const userId = await register(cluster);
  await cluster.kubectl(['scale', 'deployment/users', '--replicas=0']);
  await until('the last pod of users to end', 90, async () => (await podsOf(cluster, 'deployment/users')).length === 0);

  const refused = await call(cluster, newOrder(userId, 'traced-away'));

  expect('status of an order without users', refused.status, 503);
  await until('the failed attempts in the trace', 30, () => hasFailedAttempt(cluster, traceIdOf(refused)));
}

async function expectExemplar(cluster: Cluster, traceId: string, since: Date): Promise<void> {
  const buckets = 'http_request_duration_seconds_bucket{job="orders"}';
  await until('an exemplar with the trace', 30, async () =>
    (await exemplarsOf(cluster, buckets, since)).includes(traceId),
  );
}
