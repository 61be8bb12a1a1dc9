import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {helm} from '../../tools/helm/run.ts';
import {copyOfCharts} from './copy.ts';
import {named, ofKind, titleOf, type KubernetesObject} from './kubernetes.ts';
import {render, renderValues, type Options} from './render.ts';
import {everyJob, givenPasswords} from './value-sets.ts';
import {isMap, services, type Values} from './values.ts';

const objectsOf = async (chart: string, values: Values, options?: Options): Promise<KubernetesObject[]> =>
  (await renderValues(chart, values, options)).map(({object}) => object);

/** Every map of labels or of a selector that is anywhere in an object. */
const labelsIn = (value: unknown): Values[] => {
  if (Array.isArray(value)) return value.flatMap(labelsIn);
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    /^(?:labels|matchLabels|selector)$/u.test(key) && isMap(inner) ? [inner, ...labelsIn(inner)] : labelsIn(inner),
  );
};

const VALID = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/u;

const badLabels = (objects: KubernetesObject[]): string[] =>
  objects.flatMap(object =>
    labelsIn(object)
      .flatMap(labels => Object.entries(labels))
      .filter(([, value]) => !isMap(value) && !Array.isArray(value))
      .filter(([, value]) => typeof value !== 'string' || !VALID.test(value))
      .map(([key, value]) => `${titleOf(object)}: ${key} is ${String(value)}`),
  );

for (const release of ['123', '1e5', 'true', 'null']) {
  test(`every label of a release named ${release} is text`, async t => {
    t.deepEqual(badLabels(await render('duet', everyJob, {release})), []);
  });
}

const versions: [version: string, label: string][] = [
  ['0.1.0+4e5cbb7b97d0', 'users-0.1.0_4e5cbb7b97d0'],
  [`0.1.0+${'a'.repeat(80)}`, `users-0.1.0_${'a'.repeat(51)}`],
  [`0.1.0+${'a'.repeat(50)}.${'b'.repeat(30)}`, `users-0.1.0_${'a'.repeat(50)}`],
];

for (const [version, label] of versions) {
  test(`the label helm.sh/chart of version ${version} is valid`, async t => {
    const folder = await copyOfCharts(t, {users: {version}});
    const objects = await objectsOf('users', {}, {folder});

    t.deepEqual(badLabels(objects), []);
    t.is(named(objects, 'Deployment', 'users').metadata.labels?.['helm.sh/chart'], label);
  });
}

test('a new version of a chart with the same image restarts no pod', async t => {
  const folder = await copyOfCharts(t, {users: {version: '9.8.7'}});
  const template = async (options: {folder?: string}) =>
    named(await render('users', givenPasswords, options), 'Deployment', 'users').spec.template;

  t.deepEqual(await template({folder}), await template({}));
});

test('every label and name of the longest name fits', async t => {
  const longest = 'n'.repeat(44);
  const objects = await objectsOf('users', {
    fullnameOverride: longest,
    auth: {mode: 'token'},
    metrics: {dashboards: {enabled: true}},
    mongodb: {
      fullnameOverride: 'm'.repeat(44),
      backup: {enabled: true},
    },
  });

  t.deepEqual(badLabels(objects), []);
  t.true(ofKind(objects, 'CronJob').every(({metadata}) => metadata.name.length <= 52));
  t.true(objects.every(({metadata}) => metadata.name.length <= 63));
});

test('an Ingress takes a wildcard as its host', async t => {
  const ingress = {enabled: true, host: '*.example.com', tlsSecret: 'certificate'};
  const [object] = ofKind(
    await objectsOf('users', {auth: {allowPublicOpen: true}, ingress, networkPolicy: {enabled: false}}),
    'Ingress',
  );

  t.like(object?.spec, {rules: [{host: '*.example.com'}], tls: [{hosts: ['*.example.com']}]});
});

for (const service of services) {
  test(`${service} takes its name from an alias in another chart`, async t => {
    const folder = await copyOfCharts(t);
    const dependency = {name: service, alias: 'customers', version: '0.1.0', repository: `file://../${service}`};
    await mkdir(join(folder, 'shop'));
    await writeFile(
      join(folder, 'shop', 'Chart.yaml'),
      JSON.stringify({apiVersion: 'v2', name: 'shop', version: '1.0.0', dependencies: [dependency]}),
    );
    await helm(['dependency', 'update', join(folder, 'shop')]);
    const metrics = {serviceMonitor: {enabled: true}, rules: {enabled: true}};
    const objects = await objectsOf('shop', {customers: {metrics, networkPolicy: {metricsFrom: [{}]}}}, {folder});

    const {containers, serviceAccountName} = named(objects, 'Deployment', 'customers').spec.template.spec;
    t.deepEqual([containers[0]?.image, serviceAccountName], [`${service}:0.1.0`, 'customers']);
    t.is(named(objects, 'Service', 'customers').spec.selector['app.kubernetes.io/name'], 'customers');
    // The alerts and the dashboard of the chart select by this job.
    t.is(ofKind(objects, 'ServiceMonitor')[0]?.spec.endpoints[0]?.relabelings[0]?.replacement, service);
  });
}

for (const service of services) {
  test(`${service} leaves the number of pods to another autoscaler with replicaCount: null`, async t => {
    const text = await helm(['template', 'duet', `charts/${service}`, '--set', 'replicaCount=null']);

    t.notRegex(text.split('kind: Deployment')[1]?.split('template:')[0] ?? 'replicas:', /replicas:/u);
    // That autoscaler may run many, and then draining nodes must not evict them at once.
    t.regex(text, new RegExp(`kind: PodDisruptionBudget\nmetadata:\n  name: ${service}\n`, 'u'));
  });
}

test('the umbrella passes replicaCount: null on, and leaves the number of pods to another autoscaler', async t => {
  const text = await helm(['template', 'duet', 'charts/duet', '--set', 'users.replicaCount=null']);
  const objects = text.split(/^---$/mu);
  const deployment = objects.find(object => /^kind: Deployment\nmetadata:\n  name: users$/mu.test(object));

  t.truthy(deployment);
  t.notRegex(deployment ?? '', /^  replicas:/mu);
});
