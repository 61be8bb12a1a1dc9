import {register} from '../kube/client.ts';
import {losingNothing} from '../kube/load.ts';
import {uidsOf} from '../kube/objects.ts';
import {uninstall, upgradeAndSettle} from '../kube/release.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';

const SET = 'statefulset/orders-mongodb';
const CLAIM = 'pvc/data-orders-mongodb-0';
const SIZE = '16Gi';

type StorageClass = {metadata: {annotations?: Record<string, string>}; provisioner: string; parameters?: object};
type Claim = {spec: {resources: {requests: {storage: string}}}};
type Set = {spec: {volumeClaimTemplates: Claim[]}};

/** The volume of a database gets a larger claim, and its StatefulSet a larger template, while the same pod keeps running. */
export async function growVolume(cluster: Cluster): Promise<string> {
  const name = await makeStorageClass(cluster);
  const values = [`orders.mongodb.persistence.storageClass=${name}`];
  try {
    await renewDatabase(cluster, values);
    const before = await uidsOf(cluster, SET);
    const report = await losingNothing(cluster, await register(cluster), () => grow(cluster, values));
    expect('pods of the database', await uidsOf(cluster, SET), before);
    expect('sizes of the claim and of the template', await sizesOf(cluster), [SIZE, SIZE]);
    expect(`failed of ${report.sent} requests`, report.failures, '');
    return `from 8Gi to ${SIZE} with the same pod: 0 of ${report.sent} requests failed, ${report.acknowledged.length} of ${report.acknowledged.length} orders are there`;
  } finally {
    await renewDatabase(cluster, []);
    await cluster.kubectl(['delete', 'storageclass', name]);
  }
}

/** The steps of docs/operations.md. */
async function grow(cluster: Cluster, values: string[]): Promise<void> {
  const patch = JSON.stringify({spec: {resources: {requests: {storage: SIZE}}}});
  await cluster.kubectl(['patch', CLAIM, '--patch', patch]);
  await cluster.kubectl(['delete', SET, '--cascade=orphan']);
  await upgradeAndSettle(cluster, [...values, `orders.mongodb.persistence.size=${SIZE}`]);
}

async function sizesOf(cluster: Cluster): Promise<string[]> {
  const claim = await getJson<Claim>(cluster, CLAIM);
  const {spec} = await getJson<Set>(cluster, SET);
  return [claim, ...spec.volumeClaimTemplates].map(each => each.spec.resources.requests.storage);
}

/** A class like the default one that lets claims grow. The default one may not. */
async function makeStorageClass(cluster: Cluster): Promise<string> {
  const {items} = await getJson<{items: StorageClass[]}>(cluster, 'storageclass');
  const standard = items.find(
    ({metadata}) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
  );
  if (!standard) throw new Error('the cluster has no default StorageClass');
  const {provisioner, parameters} = standard;
  const storageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {name: `${cluster.namespace}-growing`},
    provisioner,
    parameters,
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  };
  await cluster.kubectl(['apply', '--filename', '-'], {input: JSON.stringify(storageClass)});
  return storageClass.metadata.name;
}

/** Deletes the database of orders, and installs it again with these values: a claim never changes its class. */
async function renewDatabase(cluster: Cluster, values: string[]): Promise<void> {
  await uninstall(cluster);
  await cluster.kubectl(['delete', CLAIM], {seconds: 60});
  await upgradeAndSettle(cluster, values);
}
