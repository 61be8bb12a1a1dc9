import {missingOf, placeOrders, register} from '../kube/client.ts';
import {replicaSetOf, type ReplicaSet} from '../kube/mongodb.ts';
import {settled} from '../kube/objects.ts';
import {upgradeAndSettle} from '../kube/release.ts';
import {getJson, type Stage} from '../kube/stage.ts';
import {expect, secondsSince, until} from '../../lib/until.ts';

const ORDERS = 50;

/** orders' MongoDB grows from one member to three, and then outlives its first one, volume and all. */
export async function replicaSet(stage: Stage): Promise<string> {
  const userId = await register(stage);
  const first = await placeOrders(stage, userId, ORDERS);
  const {id} = await replicaSetOf(stage, 'orders-mongodb-0');

  await upgradeAndSettle(stage, ['orders.mongodb.replicaCount=3']);
  await whole(stage);
  // Its connection string names three members from here on.
  await stage.kubectl(['rollout', 'restart', 'deployment/orders']);
  await settled(stage, ['deployment/orders']);
  const second = await placeOrders(stage, userId, ORDERS);
  expect('missing after 1 → 3', await missingOf(stage, [...first, ...second]), []);

  const seconds = await loseFirstMember(stage);
  const after = await replicaSetOf(stage, 'orders-mongodb-0');
  const ids = [...first, ...second, ...(await placeOrders(stage, userId, 1))];
  expect('replicaSetId', after.id, id);
  expect('missing after the loss of pod-0', await missingOf(stage, ids), []);
  return `${ids.length} of ${ids.length} orders there after 1 → 3 and the loss of pod-0 with its volume; the same replicaSetId, whole again after ${seconds} s`;
}

/** Waits until all three are members that hold the data, one of them the primary. */
const whole = (stage: Stage): Promise<ReplicaSet> =>
  until('a set of one primary and two secondaries', 180, async () => {
    const set = await replicaSetOf(stage, 'orders-mongodb-1');
    expect('members', set.members.toSorted(), ['PRIMARY', 'SECONDARY', 'SECONDARY']);
    return set;
  });

/** Deletes pod-0 and its claim, and gives the seconds until a new one with a new volume is a member again. */
async function loseFirstMember(stage: Stage): Promise<string> {
  const [pod, claim] = ['pod/orders-mongodb-0', 'pvc/data-orders-mongodb-0'];
  const before = await Promise.all([uidOf(stage, pod), uidOf(stage, claim)]);
  const start = performance.now();
  await stage.kubectl(['delete', claim, '--wait=false']);
  await stage.kubectl(['delete', pod], {seconds: 120});
  await until('a new pod-0 with a new volume', 120, async () => {
    const now = await Promise.all([uidOf(stage, pod), uidOf(stage, claim)]);
    return now.every((uid, index) => uid !== before[index]);
  });
  await settled(stage, ['statefulset/orders-mongodb'], 240);
  await whole(stage);
  return secondsSince(start);
}

const uidOf = async (stage: Stage, object: string): Promise<string> =>
  (await getJson<{metadata: {uid: string}}>(stage, object)).metadata.uid;
