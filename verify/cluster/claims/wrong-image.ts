import {callAll, register} from '../kube/client.ts';
import {podsOf, settled, uidsOf, waitingReasonOf} from '../kube/objects.ts';
import {RELEASE, upgrade} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect, until} from '../../lib/until.ts';

const READS = 100;

/** A release whose image does not exist takes nothing away, and `helm rollback` ends it. */
export async function wrongImage(cluster: Cluster): Promise<string> {
  const before = await uidsOf(cluster, 'deployment/users');
  const url = `http://users/api/users/${await register(cluster)}`;

  await upgrade(cluster, ['users.image.tag=no-such-tag']);
  const reason = await until('a pod that lacks its image', 90, async () => missingImage(cluster));
  const reads = await callAll(
    cluster,
    Array.from({length: READS}, () => ({method: 'GET', url})),
  );
  await cluster.helm(['rollback', RELEASE]);
  await settled(cluster, ['deployment/users']);

  expect('statuses meanwhile', [...new Set(reads.map(({status}) => status))], [200]);
  expect("uids of users' pods after the rollback", await uidsOf(cluster, 'deployment/users'), before);
  return `new pod in ${reason}, ${READS} of ${READS} reads 200 from the old ones; rolled back to the same ${before.length} pods`;
}

async function missingImage(cluster: Cluster): Promise<string | undefined> {
  const reasons = (await podsOf(cluster, 'deployment/users')).map(waitingReasonOf);
  return reasons.find(reason => reason?.includes('Image') && reason.includes('Pull'));
}
