import {missingOf, placeOrders, register} from '../kube/client.ts';
import {replicaSetOf, type ReplicaSet} from '../kube/mongodb.ts';
import {settled} from '../kube/objects.ts';
import {RELEASE, upgradeAndSettle} from '../kube/release.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {expect, secondsSince, until} from '../../lib/until.ts';

const ORDERS = 50;

/** The MongoDB of orders grows from one member to three without losing an order, and then survives the loss of its first member. */
export async function replicaSet(cluster: Cluster): Promise<string> {
  const userId = await register(cluster);
  const first = await placeOrders(cluster, userId, ORDERS);
  const {id} = await replicaSetOf(cluster, 'orders-mongodb-0');

  await upgradeAndSettle(cluster, ['orders.mongodb.replicaCount=3']);
  await complete(cluster);
  // Its connection string names three members now.
  await cluster.kubectl(['rollout', 'restart', 'deployment/orders']);
  await settled(cluster, ['deployment/orders']);
  const second = await placeOrders(cluster, userId, ORDERS);
  expect('missing after growing from 1 to 3 members', await missingOf(cluster, [...first, ...second]), []);

  const seconds = await loseFirstMember(cluster);
  const after = await replicaSetOf(cluster, 'orders-mongodb-0');
  const ids = [...first, ...second, ...(await placeOrders(cluster, userId, 1))];
  expect('replicaSetId', after.id, id);
  expect('missing after the loss of pod-0', await missingOf(cluster, ids), []);
  await expectRefused(cluster);
  return `${ids.length} of ${ids.length} orders there after growing from 1 to 3 members and losing pod-0 with its volume; the same replicaSetId; complete again after ${seconds} s; a rollback to one member is refused`;
}

/** With fewer pods than members the set would lose its majority. */
async function expectRefused(cluster: Cluster): Promise<void> {
  const rollback = cluster.helm(['rollback', RELEASE], {seconds: 120});
  const error = await rollback.then(
    () => 'it went through',
    (error: Error) => error.message,
  );
  const {spec} = await getJson<{spec: {replicas: number}}>(cluster, 'statefulset/orders-mongodb');
  expect('pods after a rollback to one member', [spec.replicas, error === 'it went through'], [3, false]);
}

/** Waits until the set has one primary and two secondaries, which hold all data. */
const complete = (cluster: Cluster): Promise<ReplicaSet> =>
  until('a set of one primary and two secondaries', 180, async () => {
    const set = await replicaSetOf(cluster, 'orders-mongodb-1');
    expect('members', set.members.toSorted(), ['PRIMARY', 'SECONDARY', 'SECONDARY']);
    return set;
  });

/** Deletes pod-0 and its volume claim; returns the seconds until a new pod-0 with a new volume is a member. */
async function loseFirstMember(cluster: Cluster): Promise<string> {
  const [pod, claim] = ['pod/orders-mongodb-0', 'pvc/data-orders-mongodb-0'];
  const before = await Promise.all([uidOf(cluster, pod), uidOf(cluster, claim)]);
  const start = performance.now();
  await cluster.kubectl(['delete', claim, '--wait=false']);
  await cluster.kubectl(['delete', pod], {seconds: 120});
  await until('a new pod-0 with a new volume', 120, async () => {
    const now = await Promise.all([uidOf(cluster, pod), uidOf(cluster, claim)]);
    return now.every((uid, index) => uid !== before[index]);
  });
  await settled(cluster, ['statefulset/orders-mongodb'], 240);
  await complete(cluster);
  return secondsSince(start);
}

const uidOf = async (cluster: Cluster, object: string): Promise<string> =>
  (await getJson<{metadata: {uid: string}}>(cluster, object)).metadata.uid;
