import {until} from '../../lib/until.ts';
import {getJson, undoing, type Cluster} from './cluster.ts';
import {podsOf, settled, type Pod} from './objects.ts';

type Node = {metadata: {name: string}; spec: {unschedulable?: boolean; taints?: {effect: string}[]}};

/** The names of the nodes on which pods may start. */
export async function nodesOf(cluster: Cluster): Promise<string[]> {
  const {items} = await getJson<{items: Node[]}>(cluster, 'nodes');
  const open = items.filter(
    ({spec}) => !spec.unschedulable && !spec.taints?.some(({effect}) => effect === 'NoSchedule'),
  );
  return open.map(({metadata}) => metadata.name);
}

/** Does with the pods of these workloads what `kubectl drain` does with all pods of a node, and then lets the node take pods again. */
export async function drained(cluster: Cluster, node: string, workloads: string[]): Promise<void> {
  await undoing(
    cluster,
    () => cluster.kubectl(['uncordon', node]),
    async () => {
      await cluster.kubectl(['cordon', node]);
      for (const workload of workloads) {
        const pods = (await podsOf(cluster, workload)).filter(({spec}) => spec.nodeName === node);
        for (const pod of pods) await evict(cluster, pod);
      }
      await settled(cluster, workloads);
    },
  );
}

/** Asks until the PodDisruptionBudget allows it, as `kubectl drain` does. */
async function evict(cluster: Cluster, {metadata: {name, namespace}}: Pod): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  const eviction = {apiVersion: 'policy/v1', kind: 'Eviction', metadata: {name, namespace}};
  await until(`${name} evicted`, 120, async () => {
    await cluster.kubectl(['create', '--raw', path, '--filename', '-'], {input: JSON.stringify(eviction)});
    return true;
  });
}
