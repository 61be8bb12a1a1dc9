import {servicesWithDatabase} from '../../../tools/databases.ts';
import {databases, services, settled} from './objects.ts';
import type {Cluster} from './cluster.ts';

export const RELEASE = 'duet';

/** The pods of each service. */
export const REPLICAS = 2;

/** Installs or upgrades the release, with `overrides` as in `--set`, then those of a control, and `flags`. Does not wait for its pods. */
export async function upgrade(cluster: Cluster, overrides: string[] = [], flags: string[] = []): Promise<void> {
  const changes = [...[...overrides, ...cluster.weakened()].flatMap(override => ['--set', override]), ...flags];
  await cluster.helm(['upgrade', '--install', RELEASE, 'charts/duet', '--values', '-', ...changes], {
    input: JSON.stringify(valuesOf(cluster)),
    seconds: 120,
  });
}

/** Like `upgrade`, but waits until every rollout is complete. */
export async function upgradeAndSettle(cluster: Cluster, overrides?: string[], flags?: string[]): Promise<void> {
  await upgrade(cluster, overrides, flags);
  await settled(cluster, [...databases, ...services]);
}

/** Uninstalls the release, or these, and waits until their objects are gone. Data and passwords stay. */
export async function uninstall(cluster: Cluster, releases: readonly string[] = [RELEASE]): Promise<void> {
  await cluster.helm(['uninstall', ...releases, '--wait', '--timeout', '3m'], {seconds: 200});
}

/** The values of each service. */
export function valuesOf({images, config}: Cluster): Record<string, object> {
  const mongodb = config.MONGO_TAG ? {image: {tag: config.MONGO_TAG}} : {};
  const services = Object.entries(images).map(([name, image]) => [
    name,
    {image, replicaCount: REPLICAS, ...(servicesWithDatabase.includes(name) && {mongodb})},
  ]);
  return Object.fromEntries(services) as Record<string, object>;
}

type Revision = {revision: number; status: string};

/** The revisions that were deployed once, the oldest first. */
export async function historyOf(cluster: Cluster): Promise<Revision[]> {
  const history = JSON.parse(await cluster.helm(['history', RELEASE, '--output', 'json'])) as Revision[];
  return history.filter(({status}) => ['deployed', 'superseded'].includes(status));
}
