import {servicesWithDatabase} from '../../../tools/databases.ts';
import {placeOrders, register, untilReadable} from '../kube/client.ts';
import {databases, services} from '../kube/objects.ts';
import {uninstall, upgradeAndSettle} from '../kube/release.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {expect, until} from '../../lib/until.ts';

const ORDERS = 50;

/** `helm uninstall` removes the workloads, but keeps the data and the passwords of the databases. */
export async function reinstall(cluster: Cluster): Promise<string> {
  const ids = await placeOrders(cluster, await register(cluster), ORDERS);
  const before = await passwordsOf(cluster);

  await uninstall(cluster);
  const left = await cluster.kubectl(['get', ...services, ...databases, '--ignore-not-found', '--output', 'name']);
  await upgradeAndSettle(cluster);

  expect('left after helm uninstall', left.trim(), '');
  expect('passwords of the databases unchanged', before.join() === (await passwordsOf(cluster)).join(), true);
  // DNS may answer from its cache with the addresses of the old Services.
  const userId = await until('a registered user', 60, () => register(cluster));
  await untilReadable(cluster, ids);
  await placeOrders(cluster, userId, 1);
  return `after helm uninstall and install, ${ORDERS} of ${ORDERS} orders are there, and the passwords of both databases are the same`;
}

async function passwordsOf(cluster: Cluster): Promise<string[]> {
  const names = servicesWithDatabase.map(name => `secret/${name}-mongodb`);
  const secrets = await Promise.all(names.map(name => getJson<{data: Record<string, string>}>(cluster, name)));
  return secrets.map(({data}) => data['password'] ?? '');
}
