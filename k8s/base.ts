import {parseAllDocuments, stringify} from 'yaml';
import {servicesWithDatabase} from '../tools/databases.ts';
import {helm} from '../tools/helm/run.ts';

type KubernetesObject = {
  kind: string;
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec?: {template?: KubernetesObject};
};

/** The chart's production values. You create the Secrets, so none is rendered. */
const values = Object.fromEntries(
  servicesWithDatabase.map(name => [name, {mongodb: {existingSecret: `${name}-mongodb`}}]),
);

const HEADER = '# Made by `npm run k8s` from the charts.\n';

/** The files of k8s/base by name: one for each object, without helm's labels and hooks. They name no namespace. */
export async function renderBase(namespace = 'any'): Promise<Record<string, string>> {
  const objects = (await renderUmbrella(namespace)).filter(object => !object.metadata.annotations?.['helm.sh/hook']);
  const files = objects.map(object => [fileOf(object), stringify(plain(object))] as const).toSorted(byName);
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: files.map(([name]) => name),
  };
  const texts = [...files, ['kustomization.yaml', stringify(kustomization)] as const];
  return Object.fromEntries(texts.map(([name, text]) => [name, `${HEADER}${text}`]));
}

async function renderUmbrella(namespace: string): Promise<KubernetesObject[]> {
  const template = ['template', 'duet', 'charts/duet', '--namespace', namespace, '--values', '-'];
  // YAML 1.1, as kubectl and helm read it: in later versions the file mode 0440 is not octal.
  const documents = parseAllDocuments(await helm(template, JSON.stringify(values)), {version: '1.1'});
  return documents.map(document => document.toJS() as KubernetesObject | null).filter(object => object !== null);
}

const byName = ([one]: readonly [string, string], [other]: readonly [string, string]): number => (one < other ? -1 : 1);

/** Without the hash in a Job's name, so that a new hash changes a file and does not rename it. */
const fileOf = ({kind, metadata}: KubernetesObject): string =>
  `${metadata.name.replace(/-[0-9a-f]{8}$/u, '')}-${kind.toLowerCase()}.yaml`;

function plain(object: KubernetesObject): KubernetesObject {
  const {labels, ...metadata} = object.metadata;
  const kept = Object.entries(labels ?? {}).filter(([name]) => !HELM_LABELS.has(name));
  const template = object.spec?.template;
  return {
    ...object,
    metadata: {...metadata, ...(labels && {labels: Object.fromEntries(kept)})},
    ...(object.spec && {spec: template ? {...object.spec, template: plain(template)} : object.spec}),
  };
}

const HELM_LABELS = new Set(['helm.sh/chart', 'app.kubernetes.io/managed-by']);
