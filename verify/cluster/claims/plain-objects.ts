import {readdir} from 'node:fs/promises';
import {deleteNamespace, makeNamespace} from '../kube/namespace.ts';
import {execute} from '../../lib/execute.ts';
import {accessTo, type Access, type Cluster} from '../kube/cluster.ts';

const OVERLAYS = 'k8s/overlays';

/** The cluster takes every object of every overlay, with no field that it does not know. Nothing of it is run. */
export async function plainObjects({namespace}: Cluster): Promise<string> {
  await execute('node', ['k8s/secrets.ts']);
  // Beside the release, whose objects have the same names.
  const beside = await accessTo(`${namespace}-plain`);
  await makeNamespace(beside);
  try {
    const taken = [];
    for (const overlay of await readdir(OVERLAYS)) taken.push(`${overlay} ${await countTaken(beside, overlay)}`);
    return `objects taken: ${taken.join(', ')}`;
  } finally {
    await deleteNamespace(beside);
  }
}

async function countTaken({kubectl, namespace}: Access, overlay: string): Promise<number> {
  const objects = await kubectl(['kustomize', `${OVERLAYS}/${overlay}`]);
  const input = objects.replaceAll(/^( *namespace): duet$/gmu, `$1: ${namespace}`);
  const dryRun = ['apply', '--dry-run=server', '--validate=strict', '--output', 'name', '--filename', '-'];
  return (await kubectl(dryRun, {input})).trim().split('\n').length;
}
