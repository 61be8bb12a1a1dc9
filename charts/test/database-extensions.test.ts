import test from 'ava';
import {matches, named, ofKind, type KubernetesObject} from './kubernetes.ts';
import {podsOf} from './pods.ts';
import {render} from './render.ts';
import {everyJob} from './value-sets.ts';
import type {Values} from './values.ts';

const renderWith = (mongodb: Values): Promise<KubernetesObject[]> => render('users', everyJob, {more: {mongodb}});
const setOf = (objects: KubernetesObject[]) => named(objects, 'StatefulSet', 'users-mongodb').spec;
const templateOf = async (mongodb: Values) => setOf(await renderWith(mongodb)).template;

/** The templates of the pods of all jobs. */
const jobsOf = (objects: KubernetesObject[]) => [
  ...ofKind(objects, 'Job').map(({spec}) => spec.template),
  ...ofKind(objects, 'CronJob').map(({spec}) => spec.jobTemplate.spec.template),
];

test('the members take labels and annotations, and the jobs keep theirs', async t => {
  const more = {podLabels: {'sidecar.istio.io/inject': 'true'}, podAnnotations: {'example.com/note': 'ours'}};
  const {metadata} = await templateOf(more);

  t.like(metadata, {labels: more.podLabels, annotations: more.podAnnotations});
  t.deepEqual(jobsOf(await renderWith(more)), jobsOf(await renderWith({})));
});

test('all jobs take labels and annotations, and the members keep theirs', async t => {
  const more = {jobPodLabels: {'sidecar.istio.io/inject': 'false'}, jobPodAnnotations: {'example.com/note': 'ours'}};
  const jobs = jobsOf(await renderWith(more));

  t.is(jobs.length, 5);
  for (const {metadata} of jobs) t.like(metadata, {labels: more.jobPodLabels, annotations: more.jobPodAnnotations});
  t.deepEqual(await templateOf(more), await templateOf({}));
});

test('no selector of the charts selects by the labels that were added', async t => {
  const labels = {team: 'shop'};
  const policies = ofKind(await renderWith({podLabels: labels, jobPodLabels: labels}), 'NetworkPolicy');

  t.false(policies.some(({spec}) => matches(spec.podSelector, labels)));
});

test('mongod takes options behind those of the chart', async t => {
  const argumentsWith = async (mongodb: Values) => (await templateOf(mongodb)).spec.containers[0]?.args ?? [];

  t.deepEqual(await argumentsWith({extraArgs: ['--oplogSize=2048']}), [
    ...(await argumentsWith({})),
    '--oplogSize=2048',
  ]);
});

test('mongod listens on IPv6 only if it is told to', async t => {
  const argumentsWith = async (mongodb: Values) => (await templateOf(mongodb)).spec.containers[0]?.args ?? [];

  t.false((await argumentsWith({})).includes('--ipv6'));
  t.true((await argumentsWith({ipv6: true})).includes('--ipv6'));
  t.true((await argumentsWith({ipv6: true})).includes('--bind_ip_all'));
});

test('mongod takes volumes', async t => {
  const extraVolumes = [{name: 'authority', configMap: {name: 'authority'}}];
  const extraVolumeMounts = [{name: 'authority', mountPath: '/run/authority', readOnly: true}];
  const {spec} = await templateOf({extraVolumes, extraVolumeMounts});

  t.deepEqual(spec.volumes?.slice(-1), extraVolumes);
  t.deepEqual(spec.containers[0]?.volumeMounts?.slice(-1), extraVolumeMounts);
});

test('the volume of a member can be filled from a snapshot', async t => {
  const dataSource = {apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'before'};
  const claimWith = async (mongodb: Values) => setOf(await renderWith(mongodb)).volumeClaimTemplates[0]?.spec;

  t.like(await claimWith({persistence: {dataSource}}), {dataSource});
  t.false('dataSource' in ((await claimWith({})) ?? {}));
});

test('the NetworkPolicies of the database take callers, more sources and more destinations', async t => {
  const callers = [{podSelector: {matchLabels: {app: 'exporter'}}}];
  const extraIngress = [{from: [{namespaceSelector: {}}], ports: [{port: 15_008}]}];
  const extraEgress = [{to: [{namespaceSelector: {}}], ports: [{port: 15_012}]}];
  const objects = await renderWith({networkPolicy: {callers, extraIngress, extraEgress}});
  const {ingress = [], egress = []} = named(objects, 'NetworkPolicy', 'users-mongodb').spec;
  const jobs = named(objects, 'NetworkPolicy', 'users-mongodb-jobs').spec;

  t.deepEqual(ingress[0]?.from?.slice(-1), callers);
  t.deepEqual(ingress.slice(1), extraIngress);
  t.deepEqual(egress.slice(-1), extraEgress);
  t.deepEqual(jobs.egress?.slice(-1), extraEgress);
  t.is(jobs.ingress, undefined);
});

test('a cluster autoscaler may move members, but not a backup or a restore that runs', async t => {
  const objects = await renderWith({});
  const key = 'cluster-autoscaler.kubernetes.io/safe-to-evict';
  const staying = jobsOf(objects).filter(({metadata}) => metadata.annotations?.[key] === 'false');

  t.is(setOf(objects).template.metadata.annotations?.[`${key}-local-volumes`], 'configdb,tmp');
  t.deepEqual(
    staying.map(({spec}) => spec.containers[0]?.name),
    ['backup', 'backup', 'restore'],
  );
});

test('members and jobs run with the ServiceAccount of the database', async t => {
  const accounts = async (mongodb: Values) =>
    Object.fromEntries(
      podsOf(await renderWith(mongodb))
        .filter(({owner}) => owner.includes('-mongodb'))
        .map(({owner, spec}) => [owner.endsWith('-members') ? 'members' : 'others', spec.serviceAccountName]),
    );

  // The Job members runs before an upgrade, and this upgrade may be the first with this ServiceAccount.
  t.deepEqual(await accounts({}), {others: 'users-mongodb', members: undefined});
  t.deepEqual(await accounts({serviceAccount: {create: false, name: 'shop'}}), {others: 'shop', members: 'shop'});
});

test('the ServiceAccount of the database takes annotations, and is created only if it must be', async t => {
  const annotations = {'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/backup'};
  const accountsOf = async (serviceAccount: Values) =>
    ofKind(await renderWith({serviceAccount}), 'ServiceAccount').filter(({metadata}) => metadata.name !== 'users');

  t.like(await accountsOf({annotations}), [{metadata: {name: 'users-mongodb', annotations}}]);
  t.deepEqual(await accountsOf({create: false, name: 'shop'}), []);
});
