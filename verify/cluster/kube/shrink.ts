import {until} from '../../lib/until.ts';
import type {Cluster} from './cluster.ts';
import {runOnPrimary} from './mongodb.ts';
import {upgradeAndSettle} from './release.ts';

/** Takes the MongoDB of orders back from three members to one, by the steps of docs/operations.md. */
export async function shrink(cluster: Cluster): Promise<void> {
  await runOnPrimary(
    cluster,
    'orders-mongodb-0',
    'const set = rs.conf(); set.members.find(({host}) => host.startsWith("orders-mongodb-0.")).priority = 2; rs.reconfig(set)',
  );
  await until('pod-0 to be the primary', 60, async () => {
    const primary = await runOnPrimary(cluster, 'orders-mongodb-0', 'print(db.hello().primary)');
    return primary.includes('orders-mongodb-0.');
  });
  for (const ordinal of [2, 1]) {
    const host = `rs.conf().members.find(({host}) => host.startsWith("orders-mongodb-${ordinal}.")).host`;
    await runOnPrimary(cluster, 'orders-mongodb-0', `rs.remove(${host})`);
  }
  await upgradeAndSettle(cluster);
  await cluster.kubectl(['delete', 'pvc', 'data-orders-mongodb-1', 'data-orders-mongodb-2'], {seconds: 60});
}
