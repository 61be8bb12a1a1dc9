import {readdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {named, ofKind, titleOf, type EnvVariable, type KubernetesObject} from '../../verify/lib/charts/kubernetes.ts';
import {podsOf} from './pods.ts';
import {render} from '../../verify/lib/charts/render.ts';
import {prepared} from './scripts.ts';
import {everyJob, valueSets} from '../../verify/lib/charts/value-sets.ts';
import {charts} from '../../verify/lib/charts/values.ts';

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

const env = {KEEP: '2', RESTORE: 'users-mongodb-restore'};

/** The script of a backup that dumps 2 + 1 documents to `archive`, of which `restorable` come back. */
async function backingUp(t: ExecutionContext, {restorable = 3, archive = gzipSync('an archive'), failing = ''} = {}) {
  const does = {
    mongodump: `
      for argument in "$@"; do case $argument in --archive=*) cp "$(dirname "$0")/dumped" "\${argument#*=}";; esac; done
      echo 'now	done dumping users.users (2 documents)' >&2
      echo 'now	done dumping users.idempotencykeys (1 document)' >&2`,
    mongosh: `echo ${restorable}`,
  };
  const script = await prepared(t, 'backup.sh', {does, failing});
  await writeFile(join(script.folder, 'dumped'), archive);
  for (const day of [1, 2]) await writeFile(join(script.folder, `users-2026010${day}T030000Z.archive.gz`), '');
  const archives = async () => (await readdir(script.folder)).filter(name => name.endsWith('.gz')).toSorted();
  return {...script, archives};
}

test('a backup is restored into a scratch database before it counts, and then the oldest one goes', async t => {
  const {run, calls, archives} = await backingUp(t);

  const said = await run(env);

  const [older, newest = ''] = await archives();
  t.is(older, 'users-20260102T030000Z.archive.gz');
  t.true(said.includes(`${newest} with 3 documents, all of which can be restored`), said);
  const job = `restore-${newest.slice('users-'.length, -'.archive.gz'.length).toLowerCase()}`;
  t.true(said.endsWith(`kubectl create job --from=cronjob/users-mongodb-restore ${job}`), said);
  t.deepEqual(await calls(), ['mongodump', 'mongosh', 'mongorestore', 'mongosh']);
});

for (const [what, options, complaint] of [
  ['lacks documents', {restorable: 2}, /refused: the archive has 3 documents, and 2 of them can be restored$/u],
  ['is cut', {archive: gzipSync('an archive').subarray(0, 15)}, /unexpected end of file/u],
  ['cannot be restored', {failing: 'mongorestore'}, /^$/u],
  ['could not be written', {failing: 'mongodump'}, /^$/u],
] as const) {
  test(`an archive that ${what} does not count, and no other goes for it`, async t => {
    const {run, archives} = await backingUp(t, options);

    t.regex(await run(env), complaint);
    t.deepEqual(await archives(), ['users-20260101T030000Z.archive.gz', 'users-20260102T030000Z.archive.gz']);
  });
}

test('the first backup does nothing if there is one, so upgrades and rollbacks push no archive out', async t => {
  const {run, calls} = await backingUp(t);

  t.is(await run({...env, FIRST: 'true'}), 'there is a backup already');
  t.deepEqual(await calls(), ['']);
});
