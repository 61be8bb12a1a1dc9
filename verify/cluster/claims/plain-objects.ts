import {readdir} from 'node:fs/promises';
import {deleteNamespace, makeNamespace} from '../kube/namespace.ts';
import {execute} from '../../lib/execute.ts';
import {accessTo, type Access, type Cluster} from '../kube/cluster.ts';

const OVERLAYS = 'k8s/overlays';

/** The API server accepts every object of every overlay, with no unknown field. A dry run, so nothing is created. */
export async function plainObjects({namespace}: Cluster): Promise<string> {
  await execute('node', ['k8s/secrets.ts']);
  // In another namespace, because the objects of the release have the same names.
  const beside = await accessTo(`${namespace}-plain`);
  await makeNamespace(beside);
  try {
    const accepted = [];
    for (const overlay of await readdir(OVERLAYS)) accepted.push(`${overlay} ${await countAccepted(beside, overlay)}`);
    return `objects accepted: ${accepted.join(', ')}`;
  } finally {
    await deleteNamespace(beside);
  }
}

async function countAccepted({kubectl, namespace}: Access, overlay: string): Promise<number> {
  const objects = await kubectl(['kustomize', `${OVERLAYS}/${overlay}`]);
  const input = objects.replaceAll(/^( *namespace): duet$/gmu, `$1: ${namespace}`);
  const dryRun = ['apply', '--dry-run=server', '--validate=strict', '--output', 'name', '--filename', '-'];
  return (await kubectl(dryRun, {input})).trim().split('\n').length;
}
