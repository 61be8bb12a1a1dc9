import {register} from '../kube/client.ts';
import {removeImages, retag} from '../kube/images.ts';
import {losingNothing, type Mark} from '../kube/load.ts';
import {imageOf, podsOf, services, settled} from '../kube/objects.ts';
import {RELEASE, upgradeAndSettle} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';

/** A new version of orders is rolled out under load, and rolled back: no request fails, and no order is lost. */
export async function rollBack(cluster: Cluster): Promise<string> {
  const {orders} = cluster.images;
  const next = await retag(cluster.context, orders, `${orders.tag}-next`);
  try {
    const tags: string[] = [];
    const upAndBack = async (mark: Mark) => {
      mark('upgrade of orders');
      await upgradeAndSettle(cluster, [`orders.image.tag=${next.tag}`]);
      tags.push((await imageOf(cluster, 'deployment/orders')).tag);
      mark('rollback');
      await cluster.helm(['rollback', RELEASE], {seconds: 120});
      await settled(cluster, services);
      tags.push((await imageOf(cluster, 'deployment/orders')).tag);
    };
    // At a lower rate, pods that did not drain would seldom fail a request.
    const report = await losingNothing(cluster, await register(cluster), upAndBack, cluster.config.PROVE_RATE);
    expect('versions of orders', tags, [next.tag, orders.tag]);
    expect(`failed of ${report.sent} requests`, report.failures, '');
    const pods = await podsOf(cluster, 'deployment/orders');
    return `0 of ${report.sent} requests failed while ${pods.length} pods were upgraded and rolled back; ${report.acknowledged.length} of ${report.acknowledged.length} orders are there`;
  } finally {
    await removeImages([next]);
  }
}
