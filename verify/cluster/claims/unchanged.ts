import {podsBy, type Pod} from '../kube/objects.ts';
import {upgrade} from '../kube/release.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';

const KINDS =
  'deployments,statefulsets,services,secrets,configmaps,serviceaccounts,jobs,cronjobs,networkpolicies,poddisruptionbudgets';

type Item = {kind: string; metadata: {name: string; uid: string; generation?: number; resourceVersion: string}};

/** An upgrade with the same values writes no object, generates no password and restarts no pod. */
export async function unchanged(cluster: Cluster): Promise<string> {
  const [objects, pods] = [await versionsOf(cluster), await uids(cluster)];

  await upgrade(cluster);

  const after = await versionsOf(cluster);
  const changed = Object.keys({...objects, ...after}).filter(object => objects[object] !== after[object]);
  expect('changed objects', changed, []);
  expect('uids of the pods', await uids(cluster), pods);
  return `0 of ${Object.keys(objects).length} objects and 0 of ${pods.length} pods changed`;
}

async function versionsOf(cluster: Cluster): Promise<Record<string, string>> {
  // Without helm's records: each upgrade adds one.
  const {items} = await getJson<{items: Item[]}>(cluster, KINDS, '--selector', 'owner!=helm');
  return Object.fromEntries(items.map(item => [`${item.kind}/${item.metadata.name}`, versionOf(item)]));
}

/** The generation, because the resourceVersion changes with the status too. */
const versionOf = ({metadata: {uid, generation, resourceVersion}}: Item): string =>
  `${uid} ${generation ?? resourceVersion}`;

const uids = async (cluster: Cluster): Promise<string[]> =>
  (await podsBy(cluster)).map((pod: Pod) => pod.metadata.uid).toSorted();
