import {once} from 'node:events';
import {createServer, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {helm} from '../../tools/helm/run.ts';
import {documentsOf, NAMESPACE} from './render.ts';
import type {KubernetesObject} from './kubernetes.ts';
import type {Chart, Values} from './values.ts';

/** Objects of the cluster by their paths, such as serviceaccounts/default. */
export type Live = Record<string, object>;

/** The metadata of an object that the release has made. */
export const metadataOf = (name: string, more: Values = {}): Values => ({
  name,
  labels: {'app.kubernetes.io/managed-by': 'Helm'},
  annotations: {'meta.helm.sh/release-name': 'duet', 'meta.helm.sh/release-namespace': NAMESPACE},
  ...more,
});

/** Everything that helm needs to know of an API server before it calls the function `lookup`. */
const kinds: Record<string, string[]> = {
  v1: ['ConfigMap', 'PersistentVolumeClaim', 'Secret', 'Service', 'ServiceAccount'],
  'apps/v1': ['Deployment', 'StatefulSet'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'batch/v1': ['CronJob', 'Job'],
  'networking.k8s.io/v1': ['Ingress', 'NetworkPolicy'],
  'policy/v1': ['PodDisruptionBudget'],
};

const pluralOf = (kind: string): string => `${kind.toLowerCase().replace(/y$/u, 'ie')}s`;

const groups = Object.keys(kinds).filter(version => version.includes('/'));

const discovery: Record<string, object> = {
  '/version': {major: '1', minor: '34', gitVersion: 'v1.34.0'},
  '/api': {kind: 'APIVersions', versions: ['v1']},
  '/apis': {
    kind: 'APIGroupList',
    groups: groups.map(groupVersion => {
      const [name, version] = groupVersion.split('/');
      return {name, versions: [{groupVersion, version}]};
    }),
  },
  ...Object.fromEntries(
    Object.entries(kinds).map(([groupVersion, ofGroup]) => [
      groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`,
      {
        kind: 'APIResourceList',
        groupVersion,
        resources: ofGroup.map(kind => ({name: pluralOf(kind), namespaced: true, kind, verbs: ['get']})),
      },
    ]),
  ),
};

const notFound = {kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404};

/** What helm renders while these objects are in its namespace of a cluster. */
export async function renderWith(live: Live, chart: Chart, values: Values): Promise<KubernetesObject[]> {
  const server = createServer(({url = ''}, response) => {
    const path = new URL(url, 'http://cluster').pathname;
    const name = path.split(`/namespaces/${NAMESPACE}/`)[1] ?? '';
    answer(response, discovery[path] ?? live[name]);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const api = [
    '--dry-run=server',
    '--disable-openapi-validation',
    '--kube-apiserver',
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  ];
  try {
    const template = ['template', 'duet', `charts/${chart}`, '--namespace', NAMESPACE, '--values', '-', ...api];
    return documentsOf(await helm(template, JSON.stringify(values))).map(({object}) => object);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function answer(response: ServerResponse, found?: object): void {
  response.writeHead(found ? 200 : 404, {'content-type': 'application/json'}).end(JSON.stringify(found ?? notFound));
}
