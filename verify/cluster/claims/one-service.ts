import {nameOf, removeImages, retag} from '../kube/images.ts';
import {databases, settled, uidsOf} from '../kube/objects.ts';
import {upgrade} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';

/** A new version of users is deployed without a restart of anything else. */
export async function oneService(cluster: Cluster): Promise<string> {
  const untouched = ['deployment/orders', ...databases];
  const usersBefore = await uidsOf(cluster, 'deployment/users');
  const before = await Promise.all(untouched.map(workload => uidsOf(cluster, workload)));
  const next = await retag(cluster.context, cluster.images.users, `${cluster.images.users.tag}-next`);

  try {
    await upgrade(cluster, [`users.image.tag=${next.tag}`]);
    await settled(cluster, ['deployment/users', ...untouched]);

    const usersAfter = await uidsOf(cluster, 'deployment/users');
    const after = await Promise.all(untouched.map(workload => uidsOf(cluster, workload)));
    const kept = usersAfter.filter(uid => usersBefore.includes(uid));
    expect(`pods of users that do not run ${nameOf(next)}`, kept, []);
    expect('uids of the pods of orders and of both databases', after, before);
    return `${usersAfter.length} pods of users are new; ${after.flat().length} of orders and the databases kept their uid`;
  } finally {
    await removeImages([next]);
  }
}
