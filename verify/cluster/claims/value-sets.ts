import {ofKind, type KubernetesObject} from '../../lib/charts/kubernetes.ts';
import {valueSets} from '../../lib/charts/value-sets.ts';
import {render} from '../../lib/charts/render.ts';
import type {ValueSet} from '../../lib/charts/values.ts';
import {withNamespace} from '../kube/namespace.ts';
import {countAccepted} from '../kube/dry-run.ts';
import type {Access, Cluster} from '../kube/cluster.ts';

/** A cluster knows these only with the operator of Prometheus, or with a Gateway controller. */
const OPTIONAL = /^(?:monitoring\.coreos\.com|gateway\.networking\.k8s\.io)\//u;

/**
 * The API server accepts the objects of each set of values that the charts are tested with. Created are only
 * service accounts, without which it refuses pods.
 */
export async function everyValueSet(cluster: Cluster): Promise<string> {
  return withNamespace(cluster, 'values', async beside => {
    let accepted = 0;
    for (const set of valueSets) {
      accepted += await countIn(beside, set).catch((error: Error) => {
        throw new Error(`with ${set.name}: ${error.message}`, {cause: error});
      });
    }
    return `${accepted} objects of ${valueSets.length} sets of values accepted`;
  });
}

async function countIn(beside: Access, set: ValueSet): Promise<number> {
  const objects = (await render('duet', set)).filter(({apiVersion}) => !OPTIONAL.test(apiVersion));
  await beside.kubectl(['apply', '--filename', '-'], {input: listOf(accountsOf(objects))});
  const items = objects.map(object => ({...object, metadata: {...object.metadata, namespace: beside.namespace}}));
  return countAccepted(beside, listOf(items));
}

function accountsOf(objects: KubernetesObject[]): object[] {
  const names = ofKind(objects, 'Pod').map(({spec}) => spec.serviceAccountName);
  return [...new Set(names)].map(name => ({apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name}}));
}

const listOf = (items: object[]): string => JSON.stringify({apiVersion: 'v1', kind: 'List', items});
