import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {packageCharts} from '../../../tools/helm/archives.ts';
import {serviceNames} from '../../../tools/services.ts';
import {expect, secondsSince} from '../../lib/until.ts';
import type {Access, Cluster} from '../kube/cluster.ts';
import {withNamespace} from '../kube/namespace.ts';
import {databases, services, settled, uidsOf} from '../kube/objects.ts';
import {RELEASE, valuesOf} from '../kube/release.ts';

// As Flux makes it from a commit. No label may have the plus sign.
const VERSION = '0.1.0+4e5cbb7b97d0';

/** Each service installs from its archive, without the checkout. The release goes on with the archive of the umbrella, and keeps its pods. */
export async function archives(cluster: Cluster): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'archives-'));
  try {
    const packed = await packageCharts(folder, {version: VERSION});
    const seconds = await installEach(cluster, packed);

    const pods = await uidsOfAll(cluster);
    await cluster.helm(['upgrade', RELEASE, packed.get('duet') ?? '', '--values', '-'], {
      input: JSON.stringify(valuesOf(cluster)),
      seconds: 120,
    });
    await settled(cluster, [...databases, ...services]);
    expect('uids of the pods after the upgrade from an archive', await uidsOfAll(cluster), pods);
    return `version ${VERSION}: ${serviceNames.join(' and ')} installed and tested with an order after ${seconds} s; ${pods.length} of ${pods.length} pods of the release kept by an upgrade from an archive`;
  } finally {
    await rm(folder, {recursive: true});
  }
}

/** Installs every service from its archive, and places an order. Returns the seconds that it took. */
function installEach(cluster: Cluster, packed: Map<string, string>): Promise<string> {
  // In another namespace, because the objects of the release have the same names.
  return withNamespace(cluster, 'archives', async beside => {
    const start = performance.now();
    for (const name of serviceNames) await install(beside, name, packed.get(name) ?? '', valuesOf(cluster)[name]);
    await beside.helm(['test', 'orders', '--timeout', '3m'], {seconds: 200});
    return secondsSince(start);
  });
}

/** Installs a service as a small release, and waits until it is ready. */
async function install(access: Access, name: string, archive: string, values: object = {}): Promise<void> {
  const small = ['--values', `charts/${name}/values-dev.yaml`];
  await access.helm(['install', name, archive, ...small, '--values', '-', '--wait', '--timeout', '4m'], {
    input: JSON.stringify(values),
    seconds: 260,
  });
}

async function uidsOfAll(cluster: Cluster): Promise<string[]> {
  const workloads = [...databases, ...services].map(workload => uidsOf(cluster, workload));
  return (await Promise.all(workloads)).flat();
}
