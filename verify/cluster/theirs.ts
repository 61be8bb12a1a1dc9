import {createChecker} from '../lib/claims.ts';
import {say, type Run} from '../lib/run.ts';
import {quick, thorough} from './claims.ts';
import {onAnyRelease} from './disturbances/disturbances.ts';
import type {ProveConfig} from './config.ts';
import {startClient, stopClient} from './kube/client.ts';
import {accessTo, getJson, type Cluster} from './kube/cluster.ts';
import {imageOf, services} from './kube/objects.ts';
import {makeScripts, removeScripts} from './kube/pods.ts';

/**
 * `--release NAME`: checks what can be checked of a release that is there, in PROVE_NAMESPACE, without an upgrade. It
 * leaves a user and their orders in the databases, and nothing else.
 */
export async function proveTheirs({config, signal, cleanups}: Run<ProveConfig>, release: string): Promise<boolean> {
  const access = await accessTo(config.PROVE_NAMESPACE);
  const images = {users: await imageOf(access, 'deployment/users'), orders: await imageOf(access, 'deployment/orders')};
  const cluster: Cluster = {...access, config, cleanups, isOurs: false, images, loads: [], weakened: () => []};
  for (const service of services) await requireOf(cluster, service, release);
  say(`The release ${release} in the namespace ${access.namespace} of ${access.context}:`);
  cleanups.push(
    () => removeScripts(cluster),
    () => stopClient(cluster),
  );
  await makeScripts(cluster);
  await startClient(cluster);

  const checker = createChecker({signal});
  for (const claim of onAnyRelease) await checker.check(claim, cluster);
  for (const [title] of [...quick, ...thorough].filter(claim => !onAnyRelease.includes(claim))) {
    say(`     not tried, because it installs, upgrades or weakens a release: ${title}`);
  }
  return checker.conclude();
}

/** @throws if the workload is not one of this release. */
async function requireOf(cluster: Cluster, workload: string, release: string): Promise<void> {
  const {metadata} = await getJson<{metadata: {labels?: Record<string, string>}}>(cluster, workload);
  const owner = metadata.labels?.['app.kubernetes.io/instance'];
  if (owner !== release)
    throw new Error(`${workload} in ${cluster.namespace} is of the release ${owner}, not ${release}`);
}
