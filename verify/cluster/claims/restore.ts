import {backUp, refuseAgain, restoreBy, WITH_BACKUPS} from '../kube/backups.ts';
import {callAll, missingOf, newOrder, placeOrders, register} from '../kube/client.ts';
import {settled} from '../kube/objects.ts';
import {RELEASE, upgradeAndSettle} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect, secondsSince, until} from '../../lib/until.ts';

const ORDERS = 50;

/** A restore brings back exactly the orders of the archive while nobody writes, and neither a rollback nor the same Job repeats it. */
export async function restore(cluster: Cluster): Promise<string> {
  const userId = await register(cluster);
  const archived = await placeOrders(cluster, userId, ORDERS);
  await upgradeAndSettle(cluster, [WITH_BACKUPS]);
  await expectPatience(cluster);
  const job = await backUp(cluster);
  const dropped = await placeOrders(cluster, userId, ORDERS);

  const start = performance.now();
  const refused = await restoreWhileWriting(cluster, job, userId);
  const seconds = secondsSince(start);
  await until('an order after the restore', 30, () => placeOrders(cluster, userId, 1));
  expect('missing of the archive', await missingOf(cluster, archived), []);
  expect('orders from after the archive that are missing', (await missingOf(cluster, dropped)).length, ORDERS);

  const later = await placeOrders(cluster, userId, ORDERS);
  await cluster.helm(['rollback', RELEASE], {seconds: 120});
  await cluster.helm(['rollback', RELEASE], {seconds: 120});
  await settled(cluster, ['deployment/orders']);
  await refuseAgain(cluster, job);
  expect('missing after two rollbacks and the same Job', await missingOf(cluster, [...archived, ...later]), []);
  return `${ORDERS} of ${ORDERS} archived orders back after ${seconds} s, in which ${refused} of the orders sent got 503 and none was written; ${later.length} later orders kept by two rollbacks and by the same Job again, which was refused`;
}

/** Returns how many orders were refused meanwhile. */
async function restoreWhileWriting(cluster: Cluster, job: string, userId: string): Promise<number> {
  const statuses: number[] = [];
  const ended = new AbortController();
  const writing = async (): Promise<void> => {
    for (let count = 0; !ended.signal.aborted; count += 1) {
      const answers = await callAll(cluster, [newOrder(userId, `${job}-${count}`)]);
      statuses.push(...answers.map(({status}) => status));
    }
  };
  await Promise.all([writing(), restoreBy(cluster, job).finally(() => ended.abort())]);
  const refused = statuses.filter(status => status === 503).length;
  expect('orders refused during the restore', refused > 0, true);
  return refused;
}

/** mongosh gives up at the first connection that is refused. The script before a restore does not: it runs on for 5 s. */
async function expectPatience(cluster: Cluster): Promise<void> {
  const script = await cluster.kubectl([
    'get',
    'configmap/orders-mongodb',
    '--output',
    'jsonpath={.data.connect\\.js}',
  ]);
  const shell =
    'cd /tmp && cat >wait.js && printf mongodb://localhost:1 >uri && HOME=/tmp timeout 5 mongosh --nodb --norc --quiet wait.js; echo "ended with $?"';
  const said = await cluster.kubectl(
    ['exec', '--stdin', 'orders-mongodb-0', '--container', 'mongod', '--', 'sh', '-c', shell],
    {input: `${script}\nconst connection = connected();`},
  );
  expect('what ends a connection that is refused', said.trim(), 'ended with 124');
}
