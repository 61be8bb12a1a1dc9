import {accessTo, getJson, undoing, type Access, type Cluster} from './cluster.ts';

const OURS = 'duet/prove';

type Namespace = {metadata: {labels?: Record<string, string>}};

/** @throws if the namespace exists and was not created by such a run. */
export async function requireOurs(cluster: Access): Promise<void> {
  const found = await cluster.kubectl([
    'get',
    'namespace',
    cluster.namespace,
    '--ignore-not-found',
    '--output',
    'name',
  ]);
  if (!found.trim()) return;

  const {metadata} = await getJson<Namespace>(cluster, 'namespace', cluster.namespace);
  if (metadata.labels?.[OURS] === 'true') return;
  throw new Error(
    `The namespace ${cluster.namespace} of ${cluster.context} exists without the label ${OURS}=true; set PROVE_NAMESPACE to another one.`,
  );
}

/** Creates the namespace. It enforces the profile "restricted" of Pod Security. */
export async function makeNamespace(cluster: Access): Promise<void> {
  await deleteNamespace(cluster);
  const labels = {[OURS]: 'true', 'pod-security.kubernetes.io/enforce': 'restricted'};
  const namespace = {apiVersion: 'v1', kind: 'Namespace', metadata: {name: cluster.namespace, labels}};
  await cluster.kubectl(['create', '--filename', '-'], {input: JSON.stringify(namespace)});
}

export async function deleteNamespace(cluster: Access): Promise<void> {
  await requireOurs(cluster);
  await cluster.kubectl(['delete', 'namespace', cluster.namespace, '--ignore-not-found'], {seconds: 180});
}

/** Runs `use` with an empty namespace beside that of the run, and deletes it afterwards. */
export async function withNamespace<T>(
  cluster: Cluster,
  suffix: string,
  use: (beside: Access) => Promise<T>,
): Promise<T> {
  const beside = await accessTo(`${cluster.namespace}-${suffix}`);
  await makeNamespace(beside);
  return undoing(
    cluster,
    () => deleteNamespace(beside),
    () => use(beside),
  );
}
