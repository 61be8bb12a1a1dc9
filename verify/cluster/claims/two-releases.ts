import {serviceNames} from '../../../tools/services.ts';
import {missingOf, placeOrders, register, untilReadable} from '../kube/client.ts';
import {databases, services, settled} from '../kube/objects.ts';
import {uninstall, upgradeAndSettle, valuesOf} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect, secondsSince, until} from '../../lib/until.ts';

const ORDERS = 20;

/** The umbrella's release becomes a release for each service, with the same data and passwords. */
export async function twoReleases(cluster: Cluster): Promise<string> {
  const ids = await placeOrders(cluster, await register(cluster), ORDERS);
  const start = performance.now();
  await uninstall(cluster);
  for (const [service, values] of Object.entries(valuesOf(cluster))) {
    const install = ['install', service, `charts/${service}`, '--take-ownership', '--values', '-'];
    await cluster.helm(install, {input: JSON.stringify(values), seconds: 120});
  }
  await settled(cluster, [...databases, ...services]);
  await until('an order', 60, async () => placeOrders(cluster, await register(cluster), 1));
  const seconds = secondsSince(start);
  expect('missing orders', await missingOf(cluster, ids), []);

  await uninstall(cluster, serviceNames);
  await upgradeAndSettle(cluster, [], ['--take-ownership']);
  await untilReadable(cluster, ids);
  return `${ORDERS} of ${ORDERS} orders are there in two releases, ${seconds} s after the uninstall of one, and again after the way back`;
}
