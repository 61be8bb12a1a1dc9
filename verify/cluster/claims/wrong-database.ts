import {isReady, podsOf, restartsOf, type Pod} from '../kube/objects.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect, until} from '../../lib/until.ts';

const NAME = 'orders-astray';
const WATCHED_SECONDS = 60;

const VALUES = [
  `fullnameOverride=${NAME}`,
  'replicaCount=1',
  'mongodb.enabled=false',
  `database.existingSecret=${NAME}`,
  'networkPolicy.enabled=false',
];

type Readiness = {ready: boolean; failing: Record<string, string>};

/** A pod whose database cannot be reached is unready, but is not restarted. */
export async function wrongDatabase(cluster: Cluster): Promise<string> {
  const uri = '--from-literal=uri=mongodb://orders:wrong@nowhere.invalid:27017/orders';
  await cluster.kubectl(['create', 'secret', 'generic', NAME, uri]);
  try {
    await installAstray(cluster);
    const {failing} = await until('the reason in /readyz', 60, () => readinessOf(cluster));
    const pod = await until(`a pod that is ${WATCHED_SECONDS} s old`, WATCHED_SECONDS + 60, () => agedPod(cluster));

    expect('whether /readyz names MongoDB', failing['startup']?.startsWith('MongoDB: '), true);
    expect('whether the pod is ready', isReady(pod), false);
    expect('restarts', restartsOf([pod]), 0);
    return `pod unready for ${WATCHED_SECONDS} s with 0 restarts, and /readyz says "${failing['startup']}"`;
  } finally {
    await cluster.helm(['uninstall', NAME]);
  }
}

async function installAstray(cluster: Cluster): Promise<void> {
  const {repository, tag} = cluster.images.orders;
  const values = [...VALUES, `image.repository=${repository}`, `image.tag=${tag}`];
  await cluster.helm(['install', NAME, 'charts/orders', ...values.flatMap(value => ['--set', value])]);
}

/** The answer of /readyz, once the pod has tried to reach its database. */
async function readinessOf(cluster: Cluster): Promise<Readiness | undefined> {
  const script = "console.log(await (await fetch('http://127.0.0.1:9090/readyz')).text())";
  const node = ['node', '--input-type=module', '--eval', script];
  const readiness = JSON.parse(await cluster.kubectl(['exec', `deployment/${NAME}`, '--', ...node])) as Readiness;
  return readiness.failing['startup']?.startsWith('not started') ? undefined : readiness;
}

/** The pod, once it is so old that a failing probe or a crash would have restarted it. */
async function agedPod(cluster: Cluster): Promise<Pod | undefined> {
  const [pod] = await podsOf(cluster, `deployment/${NAME}`);
  const age = Date.now() - Date.parse(pod?.status.startTime ?? '');
  return age > WATCHED_SECONDS * 1000 ? pod : undefined;
}
