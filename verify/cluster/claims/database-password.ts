import {randomBytes} from 'node:crypto';
import {register} from '../kube/client.ts';
import {losingNothing} from '../kube/load.ts';
import {uidsOf} from '../kube/objects.ts';
import {upgradeAndSettle} from '../kube/release.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';

/** One upgrade changes the password of the database of orders under load: its pods are replaced, and no request fails. */
export async function databasePassword(cluster: Cluster): Promise<string> {
  const before = await uidsOf(cluster, 'deployment/orders');
  const password = randomBytes(16).toString('hex');
  const report = await losingNothing(cluster, await register(cluster), () =>
    upgradeAndSettle(cluster, [`orders.mongodb.passwords.password=${password}`]),
  );

  const after = await uidsOf(cluster, 'deployment/orders');
  const {data} = await getJson<{data: Record<string, string>}>(cluster, 'secret/orders-mongodb');
  expect('the password in the Secret', Buffer.from(data['password'] ?? '', 'base64').toString() === password, true);
  const kept = after.filter(uid => before.includes(uid));
  expect('pods with the old password', kept, []);
  expect(`failed of ${report.sent} requests`, report.failures, '');
  return `0 of ${report.sent} requests failed while ${after.length} pods of orders were replaced by pods with the new password; ${report.acknowledged.length} of ${report.acknowledged.length} orders are there`;
}
