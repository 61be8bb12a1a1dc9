import {databases, services, settled} from './objects.ts';
import type {Image} from './images.ts';
import type {Cluster} from './cluster.ts';

export const RELEASE = 'duet';

/** Brings the release to the values of these claims, changed by `overrides` (as in `--set`); does not wait for its pods. */
export async function upgrade(cluster: Cluster, overrides: string[] = []): Promise<void> {
  const changes = overrides.flatMap(override => ['--set', override]);
  await cluster.helm(['upgrade', '--install', RELEASE, 'charts/duet', '--values', '-', ...changes], {
    input: JSON.stringify(valuesOf(cluster)),
    seconds: 120,
  });
}

/** As `upgrade`, and waits until all of it runs. */
export async function upgradeAndSettle(cluster: Cluster, overrides: string[] = []): Promise<void> {
  await upgrade(cluster, overrides);
  await settled(cluster, [...databases, ...services]);
}

function valuesOf({images, config}: Cluster): object {
  const mongodb = config.MONGO_TAG ? {image: {tag: config.MONGO_TAG}} : {};
  const service = (image: Image) => ({image, replicaCount: 2, mongodb});
  return {users: service(images.users), orders: service(images.orders)};
}
