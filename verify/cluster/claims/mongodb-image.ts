import {register} from '../kube/client.ts';
import {copy, removeImages, repositoryOf} from '../kube/images.ts';
import {losingNothing} from '../kube/load.ts';
import {imageOf, uidsOf} from '../kube/objects.ts';
import {upgradeAndSettle} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';

const SET = 'statefulset/orders-mongodb';

/** MongoDB gets another image under load. A set of one is away while its pod moves: orders are refused then, none is lost. */
export async function mongodbImage(cluster: Cluster): Promise<string> {
  const image = await imageOf(cluster, SET);
  const next = {repository: repositoryOf('mongo', cluster.config), tag: `${image.tag}-next`};
  await copy(cluster.context, image, next);
  try {
    const before = await uidsOf(cluster, SET);
    const report = await losingNothing(cluster, await register(cluster), async () => {
      const image = 'orders.mongodb.image';
      await upgradeAndSettle(cluster, [`${image}.repository=${next.repository}`, `${image}.tag=${next.tag}`]);
    });
    expect('whether the pod is another one', (await uidsOf(cluster, SET)).join() === before.join(), false);
    expect('the image', (await imageOf(cluster, SET)).tag, next.tag);
    return `${report.acknowledged.length} of ${report.acknowledged.length} acknowledged orders are there; refused while the only member moved, of ${report.sent} requests: ${report.failures || 'none'}`;
  } finally {
    await upgradeAndSettle(cluster);
    await removeImages([next]);
  }
}
