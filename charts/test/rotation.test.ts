import test from 'ava';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {named} from '../../verify/lib/charts/kubernetes.ts';
import {render} from '../../verify/lib/charts/render.ts';
import {defaults, externalDatabase, givenPasswords, passwords} from '../../verify/lib/charts/value-sets.ts';
import type {Service, Values} from '../../verify/lib/charts/values.ts';

async function templateOf(service: Service, mongodb: Values, set = givenPasswords) {
  return named(await render(service, set, {more: {mongodb}}), 'Deployment', service).spec.template;
}

for (const service of servicesWithDatabase) {
  for (const [what, one, other] of [
    ['a given password', {}, {passwords: {password: 'changed'}}],
    ['the number of members', {}, {replicaCount: 3}],
    ['setup.revision', {}, {setup: {revision: '2'}}],
    [
      'setup.revision with an existing Secret',
      {existingSecret: 'mine'},
      {existingSecret: 'mine', setup: {revision: '2'}},
    ],
    [
      'setup.revision, a number as --set gives it,',
      {existingSecret: 'mine', setup: {revision: 1}},
      {existingSecret: 'mine', setup: {revision: 2}},
    ],
  ] as const) {
    test(`when ${what} changes, the pods of ${service} are replaced, because they read it once`, async t => {
      t.notDeepEqual(await templateOf(service, one), await templateOf(service, other));
    });
  }

  for (const [what, one, other] of [
    ['the password of backups', {}, {passwords: {'backup-password': 'changed'}}],
    ['the image of the database', {}, {image: {tag: '8.0.99'}}],
    ['a password that an existing Secret overrides', {existingSecret: 'mine'}, {existingSecret: 'mine', passwords}],
  ] as const) {
    test(`when ${what} changes, the pods of ${service} stay`, async t => {
      t.deepEqual(await templateOf(service, one), await templateOf(service, other));
    });
  }

  test(`two renders of ${service} with generated passwords have the same pods`, async t => {
    t.deepEqual(await templateOf(service, {}, defaults), await templateOf(service, {}, {...defaults, name: 'again'}));
  });

  test(`no annotation of ${service} contains a password`, async t => {
    const {annotations} = (await templateOf(service, {})).metadata;

    t.regex(annotations?.['database'] ?? '', /^[0-9a-f]{8}$/u);
  });
}

test('with an external database the pods have no annotation for it', async t => {
  const {spec} = named(await render('users', externalDatabase), 'Deployment', 'users');

  t.false('database' in (spec.template.metadata.annotations ?? {}));
});
