import test from 'ava';
import {named, type KubernetesObject} from './kubernetes.ts';
import {metadataOf, renderWith, type Live} from './lookups.ts';

const encoded = (data: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));

const secret = (name: string, data: Record<string, string>): Live => ({
  [`secrets/${name}`]: {apiVersion: 'v1', kind: 'Secret', metadata: metadataOf(name), data: encoded(data)},
});

const passwordOf = (objects: KubernetesObject[]): string =>
  Buffer.from(named(objects, 'Secret', 'users-mongodb').data['password'] ?? '', 'base64').toString();

test('an upgrade keeps the passwords that the cluster has, and makes those that are missing', async t => {
  const live = secret('users-mongodb', {keyfile: 'k'.repeat(64), password: 'generated'});
  const objects = await renderWith(live, 'users', {});
  const {data} = named(objects, 'Secret', 'users-mongodb');

  t.is(passwordOf(objects), 'generated');
  t.is(Buffer.from(data['backup-password'] ?? '', 'base64').toString().length, 32);
});

test('a password of the values wins over the one that the cluster has', async t => {
  const live = secret('users-mongodb', {password: 'generated'});

  t.is(passwordOf(await renderWith(live, 'users', {mongodb: {passwords: {password: 'given'}}})), 'given');
});

test('another keyfile than the cluster has is refused, because members with different ones part', async t => {
  const live = secret('users-mongodb', {keyfile: 'k'.repeat(64)});
  const values = (keyfile: string) => ({mongodb: {passwords: {keyfile}}});

  await t.throwsAsync(renderWith(live, 'users', values('o'.repeat(64))), {
    message: /passwords\.keyfile differs from the keyfile in the Secret users-mongodb, .*; give the one in the Secret/u,
  });
  // mongod ignores whitespace.
  await t.notThrowsAsync(renderWith(live, 'users', values(`${'k'.repeat(32)}\n${'k'.repeat(32)}\n`)));
});

test('an existing Secret without one of its keys is refused, by the name of that key', async t => {
  const keys = {keyfile: 'k', password: 'p', 'backup-password': 'b', uri: 'mongodb://any'};

  await t.throwsAsync(renderWith(secret('mine', keys), 'users', {mongodb: {existingSecret: 'mine'}}), {
    message: /the Secret mine has no key restore-password; add it/u,
  });
});

/** A cluster in which the members of users have volumes of this size. */
const withVolumes = (storage: string): Live => ({
  'statefulsets/users-mongodb': {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadataOf('users-mongodb'),
    spec: {volumeClaimTemplates: [{spec: {resources: {requests: {storage}}}}]},
  },
});

test('another size than the volumes have is refused, because Kubernetes would refuse it without a way out', async t => {
  await t.throwsAsync(renderWith(withVolumes('8Gi'), 'users', {mongodb: {persistence: {size: '16Gi'}}}), {
    message:
      /persistence\.size is 16Gi, but the volumes have 8Gi, .*; set that size, or run the commands below Grow a/u,
  });
});

for (const [size, storage] of [
  ['8Gi', '8Gi'],
  ['8192Mi', '8Gi'],
  ['1.5Gi', '1536Mi'],
  ['1Ti', '1Ti'],
  ['8Gi', '8G'],
] as const) {
  test(`the size ${size} is accepted for volumes of ${storage}`, async t => {
    await t.notThrowsAsync(renderWith(withVolumes(storage), 'users', {mongodb: {persistence: {size}}}));
  });
}

test('an upgrade keeps the signing keys that the cluster has', async t => {
  const live = secret('users-auth', {'key-1.pem': 'a key\n', 'admin-password': 'generated'});
  const {data} = named(await renderWith(live, 'users', {auth: {mode: 'token'}}), 'Secret', 'users-auth');

  t.like(data, encoded({keys: 'a key\n', 'key-1.pem': 'a key\n', 'admin-password': 'generated'}));
});
