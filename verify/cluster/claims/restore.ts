import {missingOf, placeOrders, register} from '../kube/client.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {RELEASE, upgradeAndSettle} from '../kube/release.ts';
import {settled} from '../kube/objects.ts';
import {expect, until} from '../../lib/until.ts';

const ORDERS = 20;
const BACKUP = 'cronjob/orders-mongodb-backup';
const RESTORE = 'cronjob/orders-mongodb-restore';

type Job = {status?: {succeeded?: number; failed?: number}};

/** A backup brings lost orders back. What was written after a restore survives a rollback and the same Job again. */
export async function restore(cluster: Cluster): Promise<string> {
  const userId = await register(cluster);
  const saved = await placeOrders(cluster, userId, ORDERS);
  await upgradeAndSettle(cluster, ['orders.mongodb.backup.enabled=true']);
  const log = await runJob(cluster, BACKUP, 'backup-now');
  const job = /--from=cronjob\/orders-mongodb-restore (?<job>\S+)/u.exec(log)?.groups?.['job'] ?? '';
  const unsaved = await placeOrders(cluster, userId, 1);

  await runJob(cluster, RESTORE, job);
  await settled(cluster, ['deployment/orders']);
  await until('orders takes orders again', 60, () => placeOrders(cluster, userId, 1));
  expect('missing of the orders in the backup', await missingOf(cluster, saved), []);
  expect('orders made after the backup that are there', 1 - (await missingOf(cluster, unsaved)).length, 0);

  const later = await placeOrders(cluster, userId, ORDERS);
  await cluster.helm(['rollback', RELEASE], {seconds: 120});
  await upgradeAndSettle(cluster, ['orders.mongodb.backup.enabled=true']);
  const again = await refused(cluster, job);
  expect('missing after the restore, a rollback and the same Job', await missingOf(cluster, [...saved, ...later]), []);
  return `${ORDERS} of ${ORDERS} orders restored; ${ORDERS} of ${ORDERS} orders made afterwards are there after a rollback and the same Job again, which says "${again}"`;
}

/** Makes a Job of the CronJob, waits until it is complete, and gives its log. */
async function runJob(cluster: Cluster, from: string, name: string): Promise<string> {
  await cluster.kubectl(['create', 'job', `--from=${from}`, name]);
  await cluster.kubectl(['wait', '--for=condition=complete', `job/${name}`, '--timeout=180s'], {seconds: 190});
  return cluster.kubectl(['logs', `job/${name}`]);
}

/** Runs the Job of this name again; gives the reason for which it refuses. */
async function refused(cluster: Cluster, name: string): Promise<string> {
  await cluster.kubectl(['delete', 'job', name]);
  await cluster.kubectl(['create', 'job', `--from=${RESTORE}`, name]);
  await until('the Job refused', 90, async () => {
    const {status} = await getJson<Job>(cluster, `job/${name}`);
    return (status?.failed ?? 0) > 0;
  });
  return (await cluster.kubectl(['logs', `job/${name}`])).trim().split('\n').at(-1) ?? '';
}
