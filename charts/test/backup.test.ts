import test from 'ava';
import {named, ofKind, titleOf, type EnvVariable, type KubernetesObject} from './kubernetes.ts';
import {podsOf} from './pods.ts';
import {render} from './render.ts';
import {everyJob, valueSets} from './value-sets.ts';
import {charts} from './values.ts';

const claimsOf = (objects: KubernetesObject[]): string[] =>
  podsOf(objects).flatMap(({spec: {volumes = []}}) =>
    volumes.flatMap(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName ?? []),
  );

for (const set of valueSets) {
  test(`a pod of the release uses each volume claim at once, so that helm --wait ends, with ${set.name}`, async t => {
    for (const chart of charts) {
      const objects = await render(chart, set);
      // Pods of a CronJob may come a day later.
      const used = claimsOf(objects.filter(({kind}) => kind !== 'CronJob'));
      const claims = ofKind(objects, 'PersistentVolumeClaim').map(({metadata}) => metadata.name);

      t.deepEqual(
        claims.filter(name => !used.includes(name)),
        [],
      );
    }
  });
}

test('uninstalling the release keeps the archives', async t => {
  const {metadata} = named(await render('users', everyJob), 'PersistentVolumeClaim', 'users-mongodb-backup');

  t.is(metadata.annotations?.['helm.sh/resource-policy'], 'keep');
});

test('the first backup is that of each night, but does nothing once there is an archive', async t => {
  const objects = await render('users', everyJob);
  const first = ofKind(objects, 'Job').find(job => titleOf(job).includes('-backup-'))?.spec.template;
  const nightly = named(objects, 'CronJob', 'users-mongodb-backup').spec.jobTemplate.spec.template;
  const withoutFirst = (env: EnvVariable[] = []) => env.filter(({name}) => name !== 'FIRST');

  const [container] = first?.spec.containers ?? [];
  t.is(container?.env?.find(({name}) => name === 'FIRST')?.value, 'true');
  t.deepEqual(withoutFirst(container?.env), nightly.spec.containers[0]?.env);
});
