import {NotRun} from '../../lib/claims.ts';
import {lastRelease} from '../../lib/origin.ts';
import {expect} from '../../lib/until.ts';
import {placeOrders, register} from '../kube/client.ts';
import type {Cluster} from '../kube/cluster.ts';
import {buildImagesOf, removeImages} from '../kube/images.ts';
import {losingNothing, type Mark} from '../kube/load.ts';
import {upgradeAndSettle} from '../kube/release.ts';

/** Each service of this version works with the other one of the version before, whichever is upgraded first, under load. */
export async function versionSkew(cluster: Cluster): Promise<string> {
  const before = cluster.config.PROVE_BEFORE ?? (await lastRelease());
  if (!before) throw new NotRun('there is no tag v*, and PROVE_BEFORE names no version before this one');
  const images = await buildImagesOf(before, cluster.context, cluster.config);
  const old = (name: 'users' | 'orders'): string => `${name}.image.tag=${images[name].tag}`;
  try {
    const report = await losingNothing(cluster, await register(cluster), async (mark: Mark) => {
      mark('users of the version before');
      await upgradeAndSettle(cluster, [old('users')]);
      await orderOf(cluster);
      mark('orders of the version before as well');
      await upgradeAndSettle(cluster, [old('users'), old('orders')]);
      mark('users of this version');
      await upgradeAndSettle(cluster, [old('orders')]);
      await orderOf(cluster);
      mark('both of this version');
      await upgradeAndSettle(cluster);
    });
    expect(`failed of ${report.sent} requests`, report.failures, '');
    return `0 of ${report.sent} requests failed beside ${before}, in both orders; ${report.acknowledged.length} of ${report.acknowledged.length} orders are there`;
  } finally {
    await removeImages(Object.values(images));
  }
}

async function orderOf(cluster: Cluster): Promise<void> {
  await placeOrders(cluster, await register(cluster), 1);
}
