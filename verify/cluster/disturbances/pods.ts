import {expect} from '../../lib/until.ts';
import {call} from '../kube/client.ts';
import type {Cluster} from '../kube/cluster.ts';
import {drained, nodesOf} from '../kube/evict.ts';
import type {Mark} from '../kube/load.ts';
import {podsOf, services, settled} from '../kube/objects.ts';
import type {Disturbance, User} from './disturbed.ts';

export const podsDeleted: Disturbance = {
  happens: (cluster, mark) => deletePods(cluster, mark, services),
};

/** Kubernetes waits a second, then kills what still drains. The same request, sent again, is the same order. */
export const podsKilled: Disturbance = {
  load: {retries: true},
  happens: (cluster, mark) => deletePods(cluster, mark, services, '--grace-period=1'),
};

async function deletePods(cluster: Cluster, mark: Mark, workloads: string[], ...flags: string[]): Promise<void> {
  for (const workload of workloads) {
    for (const {metadata} of await podsOf(cluster, workload)) {
      mark(`${metadata.name} deleted`);
      await cluster.kubectl(['delete', 'pod', metadata.name, ...flags], {seconds: 90});
      await settled(cluster, [workload]);
    }
  }
}

export const nodesDrained: Disturbance = {
  async happens(cluster, mark) {
    const nodes = await nodesOf(cluster);
    for (const node of nodes) {
      mark(`${node} drained`);
      await drained(cluster, node, services);
    }
    return `${nodes.length} nodes drained one after the other`;
  },
};

const INTENTS = 200;

/** Fifty clients send each key, again and again, while pods are replaced. */
export const oneIntent: Disturbance = {
  load: {keys: INTENTS, retries: true},
  async happens(cluster, mark, user) {
    await deletePods(cluster, mark, ['deployment/orders'], '--grace-period=1');
    const stored = await storedOrders(cluster, user);
    expect('orders of this buyer', stored, INTENTS);
    return `${INTENTS} keys made ${stored} orders`;
  },
};

/** The number of orders that the store has of a buyer, who has at most a page of them. */
async function storedOrders(cluster: Cluster, {id, caller}: User): Promise<number> {
  const list = {method: 'GET', url: `http://orders/api/orders?userId=${id}&limit=${INTENTS}`};
  const {status, body, headers} = await call(cluster, caller(list));
  expect('status of the list, and the link to a second page', [status, headers['link']], [200, undefined]);
  return (body as unknown as object[]).length;
}
