import {databases, services, settled} from './objects.ts';
import type {Cluster} from './cluster.ts';

export const RELEASE = 'duet';

/** Installs or upgrades the release, with `overrides` as in `--set`. Does not wait for its pods. */
export async function upgrade(cluster: Cluster, overrides: string[] = [], chart = 'charts/duet'): Promise<void> {
  const changes = overrides.flatMap(override => ['--set', override]);
  await cluster.helm(['upgrade', '--install', RELEASE, chart, '--values', '-', ...changes], {
    input: JSON.stringify(valuesOf(cluster)),
    seconds: 120,
  });
}

/** Like `upgrade`, but waits until every rollout is complete. */
export async function upgradeAndSettle(cluster: Cluster, overrides: string[] = []): Promise<void> {
  await upgrade(cluster, overrides);
  await settled(cluster, [...databases, ...services]);
}

/** The values of each service: its image, and the MongoDB that this cluster has. */
export function valuesOf({images, config}: Cluster): Record<string, object> {
  const mongodb = config.MONGO_TAG ? {image: {tag: config.MONGO_TAG}} : {};
  const services = Object.entries(images).map(([name, image]) => [name, {image, replicaCount: 2, mongodb}]);
  return Object.fromEntries(services) as Record<string, object>;
}
