import {backUp, refuseAgain, restoreBy, WITH_BACKUPS} from '../kube/backups.ts';
import {missingOf, placeOrders, register} from '../kube/client.ts';
import {historyOf, RELEASE, upgrade, upgradeAndSettle} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {randomFrom, type Random} from '../../lib/random.ts';
import {expect, until} from '../../lib/until.ts';

const SEQUENCES = 10;
const STEPS = 6;
const ORDERS = 3;

/** Pods that start and stop fast: whether requests fail meanwhile is another claim. */
const FAST = ['users', 'orders'].flatMap(service => [
  `${service}.replicaCount=1`,
  `${service}.rollout.preStopSeconds=0`,
  `${service}.rollout.drainSeconds=0`,
  `${service}.rollout.minReadySeconds=0`,
  `${service}.mongodb.shutdownTimeoutMs=100`,
]);

const CHANGES = [
  WITH_BACKUPS,
  'orders.mongodb.backup.enabled=false',
  'orders.mongodb.passwords.password=one-of-the-passwords',
  'orders.mongodb.passwords.password=another-of-the-passwords',
  'orders.mongodb.passwords.restore-password=one-of-the-passwords',
  'orders.mongodb.setup.revision=1',
  'orders.mongodb.resources.requests.cpu=100m',
  'orders.config.LOG_LEVEL=warn',
];

type Step = (cluster: Cluster, random: Random, restored: string) => Promise<unknown>;

const steps: Record<string, Step> = {
  upgrade: (cluster, random) => upgrade(cluster, [...FAST, pick(CHANGES, random)]),
  rollback: async (cluster, random) => {
    const {revision} = pick(await historyOf(cluster), random);
    await cluster.helm(['rollback', RELEASE, String(revision)], {seconds: 120});
  },
  reinstall,
  'the same restore': async (cluster, _random, restored) => {
    await upgradeAndSettle(cluster, [...FAST, WITH_BACKUPS]);
    await refuseAgain(cluster, restored);
  },
};

async function reinstall(cluster: Cluster): Promise<void> {
  await cluster.helm(['uninstall', RELEASE, '--wait', '--timeout', '2m'], {seconds: 130});
  await upgrade(cluster, FAST);
}

/** Random upgrades, rollbacks, reinstalls and restores that are applied again lose no acknowledged order. */
export async function sequences(cluster: Cluster): Promise<string> {
  const {PROVE_SEED: seed} = cluster.config;
  const random = randomFrom(seed);
  // Without the revisions of earlier claims.
  await reinstall(cluster);
  await upgradeAndSettle(cluster, [...FAST, WITH_BACKUPS]);
  const userId = await until('a registered user', 60, () => register(cluster));
  const ids = await placeOrders(cluster, userId, ORDERS);
  const restored = await backUp(cluster);
  await restoreBy(cluster, restored);

  for (let sequence = 1; sequence <= SEQUENCES; sequence += 1) {
    const names = Array.from({length: STEPS}, () => pick(Object.keys(steps), random));
    try {
      for (const name of names) {
        ids.push(...(await until('orders placed', 120, () => placeOrders(cluster, userId, ORDERS))));
        await steps[name]?.(cluster, random, restored);
      }
      await until('the orders', 120, async () => {
        expect('missing orders', await missingOf(cluster, ids), []);
        return true;
      });
    } catch (error) {
      throw new Error(`PROVE_SEED=${seed}, sequence ${sequence} (${names.join(', ')}): ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
  return `PROVE_SEED=${seed}: ${ids.length} of ${ids.length} acknowledged orders are there after ${SEQUENCES} random sequences of ${STEPS} upgrades, rollbacks, reinstalls and restores that were applied again`;
}

const pick = <T>(items: T[], random: Random): T => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};
