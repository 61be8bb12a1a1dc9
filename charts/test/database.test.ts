import {glob, readFile} from 'node:fs/promises';
import test from 'ava';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {render, renderValues} from '../../verify/lib/charts/render.ts';
import {named, ofKind, titleOf, type KubernetesObject} from '../../verify/lib/charts/kubernetes.ts';
import {defaults, givenPasswords, passwords, valueSets} from '../../verify/lib/charts/value-sets.ts';
import type {Values} from '../../verify/lib/charts/values.ts';

const decode = (text = ''): string => Buffer.from(text, 'base64').toString();

const secretOf = (objects: KubernetesObject[], name = 'users-mongodb'): Record<string, string> =>
  Object.fromEntries(Object.entries(named(objects, 'Secret', name).data).map(([key, text]) => [key, decode(text)]));

for (const service of servicesWithDatabase) {
  for (const [replicaCount, ordinals] of [
    [1, [0]],
    [3, [0, 1, 2]],
  ] as const) {
    test(`with replicaCount ${replicaCount}, the connection string of ${service} names each member`, async t => {
      const objects = await render(service, givenPasswords, {more: {mongodb: {replicaCount}}});
      const name = `${service}-mongodb`;
      const hosts = ordinals.map(ordinal => `${name}-${ordinal}.${name}.shop.svc:27017`).join(',');

      t.is(
        secretOf(objects, name)['uri'],
        `mongodb://${service}:application@${hosts}/${service}?replicaSet=rs0&authSource=admin`,
      );
    });
  }
}

test('given passwords are stored in the Secret', async t => {
  const {uri, ...rest} = secretOf(await render('users', givenPasswords));

  t.truthy(uri);
  t.deepEqual(rest, passwords);
});

test('missing passwords are generated, long, and used in the connection string', async t => {
  const rendered = [await renderValues('users', {}), await renderValues('users', {})];
  const [one = {}, other = {}] = rendered.map(objects => secretOf(objects.map(({object}) => object)));

  for (const key of Object.keys(passwords)) {
    t.regex(one[key] ?? '', /^[A-Za-z0-9]{32,64}$/u);
    t.not(one[key], other[key]);
  }
  t.true(one['uri']?.startsWith(`mongodb://users:${one['password']}@`));
});

test('no values file contains a password', async t => {
  const lines: string[] = [];
  for await (const file of glob('charts/*/values*.yaml')) lines.push(...(await readFile(file, 'utf8')).split('\n'));
  const secrets = lines.filter(line => /(?:password|secret|token|keyfile)\w*:/iu.test(line));

  t.true(secrets.length > 3);
  t.deepEqual(
    secrets.filter(line => !/:(?: (?:''|\{\}|\[\]))?$/u.test(line)),
    [],
  );
});

test('uninstalling the release keeps the Secret, because the data stays', async t => {
  const {metadata} = named(await render('users', defaults), 'Secret', 'users-mongodb');

  t.is(metadata.annotations?.['helm.sh/resource-policy'], 'keep');
});

test('with mongodb.existingSecret no Secret is generated', async t => {
  const objects = await render('users', defaults, {more: {mongodb: {existingSecret: 'mine'}}});

  t.deepEqual(ofKind(objects, 'Secret'), []);
});

for (const [limit, cache] of [
  ['512Mi', 0.25],
  ['1Gi', 0.25],
  ['1536Mi', 0.25],
  ['2Gi', 0.5],
  ['4Gi', 1.5],
  ['16Gi', 7.5],
] as const) {
  test(`a mongod with a memory limit of ${limit} has a cache of ${cache} GB`, async t => {
    const resources = {requests: {memory: limit}, limits: {memory: limit}};
    const objects = await render('users', givenPasswords, {more: {mongodb: {resources}}});
    const {spec} = named(objects, 'StatefulSet', 'users-mongodb');

    t.true(spec.template.spec.containers[0]?.args?.includes(`--wiredTigerCacheSizeGB=${cache}`));
  });
}

test('mongod does not log slow commands, because they contain password hashes', async t => {
  const {spec} = named(await render('users', defaults), 'StatefulSet', 'users-mongodb');

  t.true(spec.template.spec.containers[0]?.args?.includes('--slowms=3600000'));
});

const setupOf = async (more: Values): Promise<string> => {
  const jobs = ofKind(await render('users', givenPasswords, {more: {mongodb: more}}), 'Job');
  return jobs.map(({metadata}) => metadata.name).find(name => name.includes('-setup-')) ?? '';
};

for (const [what, one, other] of [
  ['a password', {}, {passwords: {...passwords, password: 'changed'}}],
  ['the number of members', {}, {replicaCount: 3}],
  ['the revision', {}, {setup: {revision: '2'}}],
  ['the revision with an existing Secret', {existingSecret: 'mine'}, {existingSecret: 'mine', setup: {revision: '2'}}],
] as const) {
  test(`when ${what} changes, setup runs again`, async t => {
    t.not(await setupOf(one), await setupOf(other));
  });
}

/** The spec of every Job for every set of values, with the same passwords in all of them. */
async function everyJobSpec(): Promise<[name: string, spec: string][]> {
  const specs = valueSets.map(async set => {
    const objects = await render('users', set, {more: {mongodb: {passwords}}});
    // helm deletes a hook before it creates it again.
    const jobs = ofKind(objects, 'Job').filter(({metadata}) => !metadata.annotations?.['helm.sh/hook']);
    return jobs.map(job => [titleOf(job), JSON.stringify(job.spec)] as [string, string]);
  });
  return (await Promise.all(specs)).flat();
}

test('Jobs with different specs have different names, because an upgrade cannot change a Job', async t => {
  const specs = new Map<string, Set<string>>();
  for (const [name, spec] of await everyJobSpec()) specs.set(name, (specs.get(name) ?? new Set()).add(spec));
  const reused = [...specs].filter(([, different]) => different.size > 1).map(([name]) => name);

  t.true(specs.size > 3);
  t.deepEqual(reused, []);
});
