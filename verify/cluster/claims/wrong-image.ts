import {callAll, register} from '../kube/client.ts';
import {podsOf, settled, uidsOf, waitingReasonOf} from '../kube/objects.ts';
import {RELEASE, upgrade} from '../kube/release.ts';
import type {Stage} from '../kube/stage.ts';
import {expect, until} from '../../lib/until.ts';

const READS = 100;

/** A release whose image does not exist takes nothing away, and `helm rollback` ends it. */
export async function wrongImage(stage: Stage): Promise<string> {
  const before = await uidsOf(stage, 'deployment/users');
  const url = `http://users/api/users/${await register(stage)}`;

  await upgrade(stage, ['users.image.tag=no-such-tag']);
  const reason = await until('a pod that lacks its image', 90, async () => missingImage(stage));
  const reads = await callAll(
    stage,
    Array.from({length: READS}, () => ({method: 'GET', url})),
  );
  await stage.helm(['rollback', RELEASE]);
  await settled(stage, ['deployment/users']);

  expect('statuses meanwhile', [...new Set(reads.map(({status}) => status))], [200]);
  expect("uids of users' pods after the rollback", await uidsOf(stage, 'deployment/users'), before);
  return `new pod in ${reason}, ${READS} of ${READS} reads 200 from the old ones; rolled back to the same ${before.length} pods`;
}

async function missingImage(stage: Stage): Promise<string | undefined> {
  const reasons = (await podsOf(stage, 'deployment/users')).map(waitingReasonOf);
  return reasons.find(reason => reason?.includes('Image') && reason.includes('Pull'));
}
