import {call, newOrder, placeOrders, readOrder, register} from '../kube/client.ts';
import {podsOf, restartsOf, settled, uidsOf} from '../kube/objects.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {expect, secondsSince, until} from '../../lib/until.ts';

/** orders finds users by DNS, stays up while users is away, and calls it again when it is back. */
export async function usersAway(cluster: Cluster): Promise<string> {
  await expectResolved(cluster);
  const userId = await register(cluster);
  const [orderId = ''] = await placeOrders(cluster, userId, 1);
  // A cached buyer can order without users; this one is not cached.
  const stranger = await register(cluster);
  const before = await uidsOf(cluster, 'deployment/orders');

  await scale(cluster, 0);
  await until('the last pod of users to end', 90, async () => (await podsOf(cluster, 'deployment/users')).length === 0);
  const refused = await call(cluster, newOrder(stranger, 'away'));
  const read = await call(cluster, readOrder(orderId));
  await scale(cluster, 2);
  await settled(cluster, ['deployment/users']);
  const start = performance.now();
  await until(
    'an order answered 201 with users back',
    30,
    async () => (await call(cluster, newOrder(stranger, 'back'))).status === 201,
  );

  expect('a new order without users', [refused.status, refused.body.code], [503, 'users_unavailable']);
  expect('reading an order without users', [read.status, read.body.id], [200, orderId]);
  expect("uids of orders' pods", await uidsOf(cluster, 'deployment/orders'), before);
  expect("restarts of orders' pods", restartsOf(await podsOf(cluster, 'deployment/orders')), 0);
  return `without users, POST answers 503 users_unavailable after ${refused.ms} ms and GET 200; POST answers 201 ${secondsSince(start)} s after users is ready, with the same pods of orders`;
}

async function expectResolved(cluster: Cluster): Promise<void> {
  const script = "import {lookup} from 'node:dns/promises'; console.log((await lookup('users')).address);";
  const node = ['node', '--input-type=module', '--eval', script];
  const resolved = await cluster.kubectl(['exec', 'deployment/orders', '--', ...node]);
  const {spec} = await getJson<{spec: {clusterIP: string}}>(cluster, 'service/users');
  expect('the address of users in a pod of orders', resolved.trim(), spec.clusterIP);
}

const scale = ({kubectl}: Cluster, replicas: number): Promise<string> =>
  kubectl(['scale', 'deployment/users', `--replicas=${replicas}`]);
