import {readFile} from 'node:fs/promises';
import test from 'ava';
import {parse, parseAllDocuments} from 'yaml';
import {named, type KubernetesObject} from '../../verify/lib/charts/kubernetes.ts';
import {dataOf, partiesOf, reachedBy} from '../../charts/test/reachability.ts';
import {render} from '../../verify/lib/charts/render.ts';
import {podRules} from '../../charts/test/rules/pods.ts';
import {referenceRules} from '../../charts/test/rules/references.ts';
import {securityRules} from '../../charts/test/rules/security.ts';
import {selectorRules} from '../../charts/test/rules/selectors.ts';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {neighboursOf, services, type Values, type ValueSet} from '../../verify/lib/charts/values.ts';
import {files} from '../../observability/files.ts';

const FOLDER = 'k8s/observability';
const read = (file: string): Promise<string> => readFile(`${FOLDER}/${file}`, 'utf8');

type Kustomization = {resources: string[]; configMapGenerator: {name: string; files: string[]}[]};
const {resources, configMapGenerator} = parse(await read('kustomization.yaml')) as Kustomization;

/** The objects of the folder with its generated ConfigMaps, whose names have no kustomize hash here. */
async function objectsOfFolder(): Promise<KubernetesObject[]> {
  const texts = await Promise.all(resources.map(read));
  const written = texts.flatMap(text => parseAllDocuments(text)).map(document => document.toJS() as KubernetesObject);
  const generated = configMapGenerator.map(({name, files: sources}): KubernetesObject => {
    const data = Object.fromEntries(sources.map(source => [source.split('/').at(-1) ?? '', source]));
    return {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name}, data};
  });
  return [...written, ...generated];
}

const folder: ValueSet = {name: FOLDER};
const objects = await objectsOfFolder();

// The other rules are for services and members only.
const ofEveryPod = Object.fromEntries(
  Object.entries(podRules).filter(([rule]) => /^every (?:container|image) /u.test(rule)),
);

for (const [rule, breaksOf] of Object.entries({...securityRules, ...referenceRules, ...selectorRules, ...ofEveryPod})) {
  test(`in ${FOLDER}, ${rule}`, t => {
    t.deepEqual(breaksOf(objects, folder), []);
  });
}

test('the ConfigMaps contain all dashboards, rules and tests of rules', t => {
  const generated = Object.keys(files()).filter(
    file => file.startsWith(FOLDER) && !file.endsWith('kustomization.yaml'),
  );
  const used = new Set(configMapGenerator.flatMap(({files: sources}) => sources.map(source => `${FOLDER}/${source}`)));

  t.true(generated.length > 3);
  t.deepEqual(
    generated.filter(file => !used.has(file)),
    [],
  );
});

test('Prometheus finds every pod of a service by its ops Service, under the job name that queries use', async t => {
  const {scrape_configs: jobs} = parse(await read('prometheus.yml')) as {scrape_configs: object[]};
  const rendered = await render('duet', folder);

  t.is(jobs.length, services.length);
  for (const [index, service] of services.entries()) {
    const {metadata, spec} = named(rendered, 'Service', `${service}-ops`);
    t.like(jobs[index], {
      job_name: service,
      dns_sd_configs: [{names: [metadata.name], type: 'A', port: spec.ports[0]?.port}],
    });
  }
});

const ofServices = services.map(service => [
  `Deployment/${service}`,
  ['Deployment/jaeger otlp', ...neighboursOf(service).map(name => `Deployment/${name} http`), ...dataOf(service)],
]);
const ofDatabases = servicesWithDatabase.map(service => [`StatefulSet/${service}-mongodb`, dataOf(service)]);

for (const [from, expected] of Object.entries({
  'Deployment/prometheus': services.map(service => `Deployment/${service} ops`),
  'Deployment/grafana': ['Deployment/jaeger query', 'Deployment/prometheus http'],
  'Deployment/jaeger': [],
  ...(Object.fromEntries([...ofServices, ...ofDatabases]) as Record<string, string[]>),
})) {
  test(`with the values of ${FOLDER}, ${from} reaches ${expected.join(' and ') || 'nothing'}`, async t => {
    const values = parse(await read('values.yaml')) as Values;
    const all = [...objects, ...(await render('duet', {name: 'observed', values}))];
    const party = partiesOf(all).find(({name}) => name === from);

    t.deepEqual(party && reachedBy(party, all), expected);
  });
}
