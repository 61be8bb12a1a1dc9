import {missingOf, placeOrders, register} from '../kube/client.ts';
import {databases, services} from '../kube/objects.ts';
import {RELEASE, upgradeAndSettle} from '../kube/release.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {expect, until} from '../../lib/until.ts';

const ORDERS = 50;

/** `helm uninstall` takes the programs, never the data or the passwords to it. */
export async function reinstall(cluster: Cluster): Promise<string> {
  const ids = await placeOrders(cluster, await register(cluster), ORDERS);
  const before = await passwordsOf(cluster);

  await cluster.helm(['uninstall', RELEASE, '--wait', '--timeout', '3m'], {seconds: 200});
  const left = await cluster.kubectl(['get', ...services, ...databases, '--ignore-not-found', '--output', 'name']);
  await upgradeAndSettle(cluster);

  expect('left after helm uninstall', left.trim(), '');
  expect('are the passwords the same', before.join() === (await passwordsOf(cluster)).join(), true);
  // DNS may give the addresses of the Services before for as long as it keeps an answer.
  const userId = await until('a user is registered', 60, () => register(cluster));
  await until('every order is read', 60, async () => {
    expect(`missing of ${ORDERS} orders`, await missingOf(cluster, ids), []);
    return true;
  });
  await placeOrders(cluster, userId, 1);
  return `${ORDERS} of ${ORDERS} orders there and both databases' passwords the same after helm uninstall and install`;
}

async function passwordsOf(cluster: Cluster): Promise<string[]> {
  const names = ['secret/users-mongodb', 'secret/orders-mongodb'];
  const secrets = await Promise.all(names.map(name => getJson<{data: Record<string, string>}>(cluster, name)));
  return secrets.map(({data}) => data['password'] ?? '');
}
