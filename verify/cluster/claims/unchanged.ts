import {podsBy, type Pod} from '../kube/objects.ts';
import {upgrade} from '../kube/release.ts';
import {getJson, type Stage} from '../kube/stage.ts';
import {expect} from '../../lib/until.ts';

const KINDS =
  'deployments,statefulsets,services,secrets,configmaps,serviceaccounts,jobs,cronjobs,networkpolicies,poddisruptionbudgets';

type Item = {kind: string; metadata: {name: string; uid: string; generation?: number; resourceVersion: string}};

/** An upgrade that changes no value changes nothing: no object is written, no password made anew, no pod restarted. */
export async function unchanged(stage: Stage): Promise<string> {
  const [objects, pods] = [await versionsOf(stage), await uids(stage)];

  await upgrade(stage);

  const after = await versionsOf(stage);
  const changed = Object.keys({...objects, ...after}).filter(object => objects[object] !== after[object]);
  expect('objects that changed', changed, []);
  expect('pods', await uids(stage), pods);
  return `0 of ${Object.keys(objects).length} objects and 0 of ${pods.length} pods changed`;
}

async function versionsOf(stage: Stage): Promise<Record<string, string>> {
  // Helm's own records, of which each upgrade makes one more.
  const {items} = await getJson<{items: Item[]}>(stage, KINDS, '--selector', 'owner!=helm');
  return Object.fromEntries(items.map(item => [`${item.kind}/${item.metadata.name}`, versionOf(item)]));
}

/** A status may change at any time, and with it the resourceVersion; the generation is that of the rest. */
const versionOf = ({metadata: {uid, generation, resourceVersion}}: Item): string =>
  `${uid} ${generation ?? resourceVersion}`;

const uids = async (stage: Stage): Promise<string[]> =>
  (await podsBy(stage)).map((pod: Pod) => pod.metadata.uid).toSorted();
