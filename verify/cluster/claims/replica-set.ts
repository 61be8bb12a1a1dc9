import {missingOf, placeOrders, register} from '../kube/client.ts';
import {replicaSetOf, type ReplicaSet} from '../kube/mongodb.ts';
import {settled} from '../kube/objects.ts';
import {upgradeAndSettle} from '../kube/release.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {expect, secondsSince, until} from '../../lib/until.ts';

const ORDERS = 50;

/** orders' MongoDB grows from one member to three, and then outlives its first one, volume and all. */
export async function replicaSet(cluster: Cluster): Promise<string> {
  const userId = await register(cluster);
  const first = await placeOrders(cluster, userId, ORDERS);
  const {id} = await replicaSetOf(cluster, 'orders-mongodb-0');

  await upgradeAndSettle(cluster, ['orders.mongodb.replicaCount=3']);
  await whole(cluster);
  // Its connection string names three members from here on.
  await cluster.kubectl(['rollout', 'restart', 'deployment/orders']);
  await settled(cluster, ['deployment/orders']);
  const second = await placeOrders(cluster, userId, ORDERS);
  expect('missing after 1 → 3', await missingOf(cluster, [...first, ...second]), []);

  const seconds = await loseFirstMember(cluster);
  const after = await replicaSetOf(cluster, 'orders-mongodb-0');
  const ids = [...first, ...second, ...(await placeOrders(cluster, userId, 1))];
  expect('replicaSetId', after.id, id);
  expect('missing after the loss of pod-0', await missingOf(cluster, ids), []);
  return `${ids.length} of ${ids.length} orders there after 1 → 3 and the loss of pod-0 with its volume; the same replicaSetId, whole again after ${seconds} s`;
}

/** Waits until all three are members that hold the data, one of them the primary. */
const whole = (cluster: Cluster): Promise<ReplicaSet> =>
  until('a set of one primary and two secondaries', 180, async () => {
    const set = await replicaSetOf(cluster, 'orders-mongodb-1');
    expect('members', set.members.toSorted(), ['PRIMARY', 'SECONDARY', 'SECONDARY']);
    return set;
  });

/** Deletes pod-0 and its claim, and gives the seconds until a new one with a new volume is a member again. */
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
  await whole(cluster);
  return secondsSince(start);
}

const uidOf = async (cluster: Cluster, object: string): Promise<string> =>
  (await getJson<{metadata: {uid: string}}>(cluster, object)).metadata.uid;
