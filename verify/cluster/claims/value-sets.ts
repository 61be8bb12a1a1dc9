import {render} from '../../../charts/test/render.ts';
import {valueSets} from '../../../charts/test/value-sets.ts';
import {accessTo, type Access, type Cluster} from '../kube/cluster.ts';
import {deleteNamespace, makeNamespace} from '../kube/namespace.ts';

/** Kinds that a cluster knows only with an operator. */
const OPTIONAL = /monitoring\.coreos\.com|gateway\.networking\.k8s\.io/u;

/** The API server accepts the objects of every set of values that the charts are tested with. A dry run. */
export async function everyValueSet({namespace}: Cluster): Promise<string> {
  const beside = await accessTo(`${namespace}-values`);
  await makeNamespace(beside);
  try {
    let accepted = 0;
    for (const set of valueSets) {
      const objects = await render('duet', set);
      const items = objects.filter(({apiVersion}) => !OPTIONAL.test(apiVersion));
      accepted += await countAccepted(beside, items, set.name);
    }
    return `${accepted} objects of ${valueSets.length} sets of values accepted`;
  } finally {
    await deleteNamespace(beside);
  }
}

async function countAccepted({kubectl, namespace}: Access, items: object[], name: string): Promise<number> {
  const list = JSON.stringify({apiVersion: 'v1', kind: 'List', items});
  const input = list.replaceAll(/"namespace":"shop"/gu, `"namespace":"${namespace}"`);
  const dryRun = ['create', '--dry-run=server', '--validate=strict', '--output', 'name', '--filename', '-'];
  try {
    return (await kubectl(dryRun, {input, seconds: 60})).trim().split('\n').length;
  } catch (error) {
    throw new Error(`with ${name}: ${(error as Error).message}`, {cause: error});
  }
}
