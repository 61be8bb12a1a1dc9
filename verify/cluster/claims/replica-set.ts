import {placeOrders, register, untilReadable} from '../kube/client.ts';
import {losingNothing, type LoadFigures} from '../kube/load.ts';
import {membersOf, replicaSetOf} from '../kube/mongodb.ts';
import {shrink} from '../kube/shrink.ts';
import {settled} from '../kube/objects.ts';
import {historyOf, RELEASE, upgrade, upgradeAndSettle} from '../kube/release.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {expect, secondsSince, until} from '../../lib/until.ts';

const ORDERS = 50;
const SET = 'statefulset/orders-mongodb';
const THREE = ['orders.mongodb.replicaCount=3'];

/**
 * Under load, the MongoDB of orders grows from one member to three, survives the loss of its first member, refuses to
 * lose its majority, and goes back to one member by the documented steps. No acknowledged order is lost.
 */
export async function replicaSet(cluster: Cluster): Promise<string> {
  const userId = await register(cluster);
  const ids = await placeOrders(cluster, userId, ORDERS);
  const {id} = await replicaSetOf(cluster, 'orders-mongodb-0');

  const growing = await losingNothing(cluster, userId, () => grow(cluster));
  let seconds = '';
  const losing = await losingNothing(cluster, userId, async () => {
    seconds = await loseFirstMember(cluster);
  });
  await refuseOneMember(cluster);
  const shrinking = await losingNothing(cluster, userId, () => shrink(cluster));

  expect('replicaSetId', (await replicaSetOf(cluster, 'orders-mongodb-0')).id, id);
  const all = [...ids, ...[growing, losing, shrinking].flatMap(({acknowledged}) => acknowledged)];
  await untilReadable(cluster, all);
  return `${all.length} of ${all.length} acknowledged orders are there. Refused meanwhile: growing ${refusedOf(growing)}; losing pod-0 with its volume ${refusedOf(losing)}, complete again after ${seconds} s; shrinking ${refusedOf(shrinking)}. An upgrade and a rollback to one member are refused before`;
}

const refusedOf = ({sent, failed}: LoadFigures): string => `${failed} of ${sent} requests`;

async function grow(cluster: Cluster): Promise<void> {
  await upgradeAndSettle(cluster, THREE);
  await complete(cluster);
}

const complete = (cluster: Cluster): Promise<unknown> => membersOf(cluster, 3);

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
  await settled(cluster, [SET], 240);
  await complete(cluster);
  return secondsSince(start);
}

const uidOf = async (cluster: Cluster, object: string): Promise<string> =>
  (await getJson<{metadata: {uid: string}}>(cluster, object)).metadata.uid;

/** Both ask the set itself before they change anything. */
async function refuseOneMember(cluster: Cluster): Promise<void> {
  const [before = '', deployed = ''] = (await historyOf(cluster)).slice(-2).map(({revision}) => String(revision));
  const rollback = (revision: string) => cluster.helm(['rollback', RELEASE, revision], {seconds: 120});
  await expectRefused(cluster, () => upgrade(cluster));
  await expectRefused(cluster, () => rollback(before));
  // helm leaves a refused rollback pending, and then accepts nothing but a rollback.
  await rollback(deployed);
  await complete(cluster);
}

async function expectRefused(cluster: Cluster, change: () => Promise<unknown>): Promise<void> {
  const isDone = await change().then(
    () => true,
    () => false,
  );
  expect('done with one member', isDone, false);
  const log = await cluster.kubectl(['logs', 'job/orders-mongodb-members']);
  expect('reason', log.includes('refused: the replica set has 3 members, and this revision has pods for 1'), true);
}
