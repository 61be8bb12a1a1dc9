import {randomBytes} from 'node:crypto';
import {register} from '../kube/client.ts';
import {underLoad} from '../kube/load.ts';
import {uidsOf} from '../kube/objects.ts';
import {upgradeAndSettle} from '../kube/release.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';

/** One upgrade changes the password of the database of orders under load: its pods are replaced, and no request fails. */
export async function databasePassword(cluster: Cluster): Promise<string> {
  const {PROVE_RATE: rate} = cluster.config;
  const load = {userId: await register(cluster), rate};
  const before = await uidsOf(cluster, 'deployment/orders');
  const password = randomBytes(16).toString('hex');

  const report = await underLoad(cluster, load, () =>
    upgradeAndSettle(cluster, [`orders.mongodb.passwords.password=${password}`]),
  );

  const after = await uidsOf(cluster, 'deployment/orders');
  const {data} = await getJson<{data: Record<string, string>}>(cluster, 'secret/orders-mongodb');
  expect('the password in the Secret', Buffer.from(data['password'] ?? '', 'base64').toString() === password, true);
  expect(
    'old pods',
    after.filter(uid => before.includes(uid)),
    [],
  );
  expect(`failed of ${report.sent} requests`, report.failures, '');
  return `${rate} POST/s and ${rate} GET/s: 0 of ${report.sent.toLocaleString('en')} requests failed in ${Math.round(report.seconds)} s, in which every pod of orders came back with the new password`;
}
