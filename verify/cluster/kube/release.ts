import {databases, services, settled} from './objects.ts';
import type {Image} from './images.ts';
import type {Stage} from './stage.ts';

export const RELEASE = 'duet';

/** Brings the release to the values of these proofs, changed by `overrides` (as in `--set`); does not wait for its pods. */
export async function upgrade(stage: Stage, overrides: string[] = []): Promise<void> {
  const changes = overrides.flatMap(override => ['--set', override]);
  await stage.helm(['upgrade', '--install', RELEASE, 'charts/duet', '--values', '-', ...changes], {
    input: JSON.stringify(valuesOf(stage)),
    seconds: 120,
  });
}

/** As `upgrade`, and waits until all of it runs. */
export async function upgradeAndSettle(stage: Stage, overrides: string[] = []): Promise<void> {
  await upgrade(stage, overrides);
  await settled(stage, [...databases, ...services]);
}

function valuesOf({images, config}: Stage): object {
  const mongodb = config.MONGO_TAG ? {image: {tag: config.MONGO_TAG}} : {};
  const service = (image: Image) => ({image, replicaCount: 2, mongodb});
  return {users: service(images.users), orders: service(images.orders)};
}
