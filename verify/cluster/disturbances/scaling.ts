import {setTimeout as wait} from 'node:timers/promises';
import {expect, until} from '../../lib/until.ts';
import {TOKENS} from '../kube/auth.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {settled} from '../kube/objects.ts';
import {upgrade} from '../kube/release.ts';
import {sharesDuring} from '../kube/shares.ts';
import type {Disturbance} from './disturbed.ts';

/** The services that the load calls. */
const services = ['deployment/users', 'deployment/orders'];

/** What each new pod must get of the requests, ten seconds after it is ready; a quarter would be even. */
const LEAST_SHARE = 0.15;

export const scaled: Disturbance = {
  // One pod of each serves it all at first, and on two cores six others take its CPU as they start.
  part: 0.25,
  load: {connections: 100},
  async happens(cluster, mark) {
    mark('scaled to 1');
    await scale(cluster, 1);
    mark('scaled to 4');
    await scale(cluster, 4);
    await wait(10_000);
    const shares = (await Promise.all(services.map(service => sharesDuring(cluster, service, 10_000)))).flat();
    mark('scaled to 2');
    await scale(cluster, 2);
    const least = Math.min(...shares);
    const said = `each pod of four got ${Math.round(least * 100)} to ${Math.round(Math.max(...shares) * 100)} % of the requests`;
    expect(`${said}; whether that is enough`, least >= LEAST_SHARE, true);
    return said;
  },
};

async function scale(cluster: Cluster, replicas: number): Promise<void> {
  await cluster.kubectl(['scale', ...services, `--replicas=${replicas}`]);
  await settled(cluster, services);
}

const HPA = 'orders.autoscaling';
export const autoscaled: Disturbance = {
  values: [
    `${HPA}.enabled=true`,
    `${HPA}.maxReplicas=3`,
    `${HPA}.targetCPUUtilizationPercentage=5`,
    `${HPA}.behavior.scaleDown.stabilizationWindowSeconds=0`,
  ],
  async happens(cluster, mark) {
    await until('three pods of orders', 180, async () => (await replicasOf(cluster)) === 3);
    await settled(cluster, ['deployment/orders']);
    mark('three pods');
    await upgrade(cluster, [...TOKENS, ...(autoscaled.values ?? []), `${HPA}.maxReplicas=2`]);
    await until('two pods of orders again', 240, async () => (await replicasOf(cluster)) === 2);
    await settled(cluster, ['deployment/orders']);
    mark('two pods');
    return 'the autoscaler went from two pods to three and back';
  },
};

const replicasOf = async (cluster: Cluster): Promise<number> =>
  (await getJson<{spec: {replicas: number}}>(cluster, 'deployment/orders')).spec.replicas;
