import {readdir} from 'node:fs/promises';
import {deleteNamespace, makeNamespace} from '../kube/namespace.ts';
import {run} from '../../lib/shell.ts';
import {currentCluster, type Cluster, type Stage} from '../kube/stage.ts';

const OVERLAYS = 'k8s/overlays';

/** The cluster takes every object of every overlay, with no field that it does not know. Nothing of it is run. */
export async function plainObjects({namespace}: Stage): Promise<string> {
  await run('node', ['k8s/secrets.ts']);
  // Beside the release, whose objects have the same names.
  const beside = await currentCluster(`${namespace}-plain`);
  await makeNamespace(beside);
  try {
    const taken = [];
    for (const overlay of await readdir(OVERLAYS)) taken.push(`${overlay} ${await countTaken(beside, overlay)}`);
    return `objects taken: ${taken.join(', ')}`;
  } finally {
    await deleteNamespace(beside);
  }
}

async function countTaken({kubectl, namespace}: Cluster, overlay: string): Promise<number> {
  const objects = await kubectl(['kustomize', `${OVERLAYS}/${overlay}`]);
  const input = objects.replaceAll(/^( *namespace): duet$/gmu, `$1: ${namespace}`);
  const dryRun = ['apply', '--dry-run=server', '--validate=strict', '--output', 'name', '--filename', '-'];
  return (await kubectl(dryRun, {input})).trim().split('\n').length;
}
