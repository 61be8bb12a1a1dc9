import {servicesWithDatabase} from '../../../tools/databases.ts';
import {serviceNames} from '../../../tools/services.ts';
import {getJson, type Access, type Cluster} from './cluster.ts';
import type {Image} from './images.ts';

// The parts of Kubernetes objects that the claims read.

export type Container = {name: string; ready: boolean; restartCount: number; state: {waiting?: {reason: string}}};

export type Pod = {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    deletionTimestamp?: string;
    ownerReferences?: {kind: string}[];
  };
  spec: {nodeName?: string};
  status: {phase: string; startTime?: string; containerStatuses?: Container[]; initContainerStatuses?: Container[]};
};

type Workload = {
  spec: {
    replicas: number;
    selector: {matchLabels: Record<string, string>};
    template: {
      metadata: {labels: Record<string, string>};
      spec: {containers: {image: string; env?: {name: string; value?: string}[]}[]};
    };
  };
};

export const databases = servicesWithDatabase.map(name => `statefulset/${name}-mongodb`);
export const services = serviceNames.map(name => `deployment/${name}`);

export const podsOf = async (cluster: Cluster, workload: string): Promise<Pod[]> => {
  const {spec} = await getJson<Workload>(cluster, workload);
  const selector = Object.entries(spec.selector.matchLabels).map(([label, value]) => `${label}=${value}`);
  return podsBy(cluster, '--selector', selector.join(','));
};

/** All pods of the namespace, or those of a selector. */
export async function podsBy(cluster: Cluster, ...selector: string[]): Promise<Pod[]> {
  return (await getJson<{items: Pod[]}>(cluster, 'pods', ...selector)).items;
}

/** The labels of the pods of a workload. */
export async function labelsOf(cluster: Cluster, workload: string): Promise<Record<string, string>> {
  return (await getJson<Workload>(cluster, workload)).spec.template.metadata.labels;
}

/** The value of a variable of the first container of a workload, if it has one. */
export async function variableOf(cluster: Cluster, workload: string, name: string): Promise<string | undefined> {
  const {spec} = await getJson<Workload>(cluster, workload);
  return spec.template.spec.containers[0]?.env?.find(variable => variable.name === name)?.value;
}

/** The image of the first container of a workload. */
export async function imageOf(cluster: Access, workload: string): Promise<Image> {
  const {spec} = await getJson<Workload>(cluster, workload);
  const [repository = '', tag = ''] = (spec.template.spec.containers[0]?.image ?? '').split(/:(?=[^:/]+$)/u);
  return {repository, tag};
}

export async function uidsOf(cluster: Cluster, workload: string): Promise<string[]> {
  return (await podsOf(cluster, workload)).map(pod => pod.metadata.uid).toSorted();
}

const containersOf = ({status}: Pod): Container[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
];

export const restartsOf = (pods: Pod[]): number =>
  pods.flatMap(containersOf).reduce((sum, {restartCount}) => sum + restartCount, 0);

export const isReady = ({status}: Pod): boolean => (status.containerStatuses ?? []).every(({ready}) => ready);

/** Why a container of the pod is waiting; undefined if none is. */
export const waitingReasonOf = (pod: Pod): string | undefined =>
  containersOf(pod).find(({state}) => state.waiting)?.state.waiting?.reason;

/** Waits until the rollout of each workload is complete and its old pods have ended. */
export async function settled(cluster: Cluster, workloads: string[], seconds = 180): Promise<void> {
  for (const workload of workloads) {
    await cluster.kubectl(['rollout', 'status', workload, `--timeout=${seconds}s`], {seconds: seconds + 10});
    await gone(cluster, workload);
  }
}

/** Waits until the terminating pods have ended. */
async function gone(cluster: Cluster, workload: string): Promise<void> {
  const ending = (await podsOf(cluster, workload)).filter(pod => pod.metadata.deletionTimestamp);
  const names = ending.map(pod => `pod/${pod.metadata.name}`);
  if (names.length > 0) await cluster.kubectl(['wait', '--for=delete', '--timeout=90s', ...names], {seconds: 100});
}
