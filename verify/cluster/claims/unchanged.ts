import {podsBy, type Pod} from '../kube/objects.ts';
import {upgrade} from '../kube/release.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';

const KINDS =
  'deployments,statefulsets,services,secrets,configmaps,serviceaccounts,jobs,cronjobs,networkpolicies,poddisruptionbudgets';

type Item = {kind: string; metadata: {name: string; uid: string; generation?: number; resourceVersion: string}};

/** An upgrade that changes no value changes nothing: no object is written, no password made anew, no pod restarted. */
export async function unchanged(cluster: Cluster): Promise<string> {
  const [objects, pods] = [await versionsOf(cluster), await uids(cluster)];

  await upgrade(cluster);

  const after = await versionsOf(cluster);
  const changed = Object.keys({...objects, ...after}).filter(object => objects[object] !== after[object]);
  expect('objects that changed', changed, []);
  expect('pods', await uids(cluster), pods);
  return `0 of ${Object.keys(objects).length} objects and 0 of ${pods.length} pods changed`;
}

async function versionsOf(cluster: Cluster): Promise<Record<string, string>> {
  // Helm's own records, of which each upgrade makes one more.
  const {items} = await getJson<{items: Item[]}>(cluster, KINDS, '--selector', 'owner!=helm');
  return Object.fromEntries(items.map(item => [`${item.kind}/${item.metadata.name}`, versionOf(item)]));
}

/** A status may change at any time, and with it the resourceVersion; the generation is that of the rest. */
const versionOf = ({metadata: {uid, generation, resourceVersion}}: Item): string =>
  `${uid} ${generation ?? resourceVersion}`;

const uids = async (cluster: Cluster): Promise<string[]> =>
  (await podsBy(cluster)).map((pod: Pod) => pod.metadata.uid).toSorted();
