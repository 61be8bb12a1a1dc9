import {readdir} from 'node:fs/promises';
import {withNamespace} from '../kube/namespace.ts';
import {countAccepted} from '../kube/dry-run.ts';
import {execute} from '../../lib/execute.ts';
import type {Access, Cluster} from '../kube/cluster.ts';

const OVERLAYS = 'k8s/overlays';

/** The API server accepts every object of every overlay, with no unknown field. A dry run, so nothing is created. */
export async function plainObjects(cluster: Cluster): Promise<string> {
  await execute('node', ['k8s/secrets.ts']);
  // In another namespace, because the objects of the release have the same names.
  return withNamespace(cluster, 'plain', async beside => {
    const accepted = [];
    for (const overlay of await readdir(OVERLAYS)) {
      accepted.push(`${overlay} ${await countAccepted(beside, await readOverlay(beside, overlay))}`);
    }
    return `objects accepted: ${accepted.join(', ')}`;
  });
}

async function readOverlay({kubectl, namespace}: Access, overlay: string): Promise<string> {
  const objects = await kubectl(['kustomize', `${OVERLAYS}/${overlay}`]);
  return objects.replaceAll(/^( *namespace): duet$/gmu, `$1: ${namespace}`);
}
