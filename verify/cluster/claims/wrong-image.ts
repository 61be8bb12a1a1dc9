import {callAll, readUser, register} from '../kube/client.ts';
import {podsOf, settled, uidsOf, waitingReasonOf} from '../kube/objects.ts';
import {RELEASE, upgrade} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect, until} from '../../lib/until.ts';

const READS = 100;

/** Upgrading to an image that does not exist leaves the old pods running, and `helm rollback` reverts it. */
export async function wrongImage(cluster: Cluster): Promise<string> {
  const before = await uidsOf(cluster, 'deployment/users');
  const read = readUser(await register(cluster));

  await upgrade(cluster, ['users.image.tag=no-such-tag']);
  const reason = await until('a pod without its image', 90, async () => missingImage(cluster));
  const reads = await callAll(
    cluster,
    Array.from({length: READS}, () => read),
  );
  await cluster.helm(['rollback', RELEASE]);
  await settled(cluster, ['deployment/users']);

  expect('statuses of the reads', [...new Set(reads.map(({status}) => status))], [200]);
  expect("uids of users' pods after the rollback", await uidsOf(cluster, 'deployment/users'), before);
  return `the new pod is in ${reason}, the old ones answer ${READS} of ${READS} reads; rolled back to the same ${before.length} pods`;
}

async function missingImage(cluster: Cluster): Promise<string | undefined> {
  const reasons = (await podsOf(cluster, 'deployment/users')).map(waitingReasonOf);
  return reasons.find(reason => reason?.includes('Image') && reason.includes('Pull'));
}
