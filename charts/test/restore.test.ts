import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {runInNewContext} from 'node:vm';
import {gzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {named, ofKind, titleOf} from '../../verify/lib/charts/kubernetes.ts';
import {render} from '../../verify/lib/charts/render.ts';
import {prepared, type Options} from './scripts.ts';
import {everyJob, givenPasswords, valueSets} from '../../verify/lib/charts/value-sets.ts';
import {charts} from '../../verify/lib/charts/values.ts';

test('a restore is a CronJob that never runs by itself, and fails once', async t => {
  const {spec} = named(await render('users', everyJob), 'CronJob', 'users-mongodb-restore');

  t.true(spec.suspend);
  t.is(spec.jobTemplate.spec.backoffLimit, 0);
  t.is(spec.jobTemplate.spec.template.spec.restartPolicy, 'Never');
});

test('the Job of a restore learns its own name, which says what to restore', async t => {
  const {spec} = named(await render('users', everyJob), 'CronJob', 'users-mongodb-restore');
  const env = spec.jobTemplate.spec.template.spec.containers[0]?.env ?? [];

  t.is(
    env.find(({name}) => name === 'JOB')?.valueFrom?.fieldRef?.fieldPath,
    "metadata.labels['batch.kubernetes.io/job-name']",
  );
});

test('a restore mounts the volume of the backups', async t => {
  const objects = await render('users', everyJob);
  const claims = ['backup', 'restore'].map(job => {
    const {volumes = []} = named(objects, 'CronJob', `users-mongodb-${job}`).spec.jobTemplate.spec.template.spec;
    return volumes.flatMap(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName ?? []);
  });

  t.deepEqual(claims, [['users-mongodb-backup'], ['users-mongodb-backup']]);
});

test('without backups there is nothing to restore', async t => {
  t.deepEqual(ofKind(await render('users', givenPasswords), 'CronJob'), []);
});

for (const set of valueSets) {
  test(`nothing that helm applies restores, with ${set.name}`, async t => {
    const objects = (await Promise.all(charts.map(chart => render(chart, set)))).flat();
    const restoring = objects.filter(object => JSON.stringify(object).includes('/scripts/restore.sh'));

    t.deepEqual(restoring.filter(object => !(object.kind === 'CronJob' && object.spec.suspend)).map(titleOf), []);
  });
}

const ARCHIVE = 'users-20260102T030405Z.archive.gz';

/** The script of a restore, with one archive. */
async function restoring(t: ExecutionContext, options?: Options) {
  const script = await prepared(t, 'restore.sh', options);
  await writeFile(join(script.folder, ARCHIVE), gzipSync('an archive'));
  return {...script, run: (JOB: string) => script.run({JOB})};
}

const JOB = 'restore-20260102t030405z';
const WHOLE = ['mongosh revoke', 'mongorestore', 'mongosh grant'];

test('a restore revokes the rights of the service before it drops, and grants them when it is complete', async t => {
  const {run, calls} = await restoring(t);

  t.regex(await run(JOB), /restored \S+users-20260102T030405Z\.archive\.gz$/u);
  t.deepEqual(await calls(), WHOLE);
});

test('a restore that fails leaves the service without rights, so nobody writes to half a database', async t => {
  const {run, calls} = await restoring(t, {failing: 'mongorestore'});
  await run(JOB);

  t.deepEqual(await calls(), WHOLE.slice(0, 2));
});

test('a Job of the same name does not restore the same archive twice', async t => {
  const {run, calls} = await restoring(t);
  await run(JOB);

  t.regex(await run(JOB), /^refused: restore-20260102t030405z has restored this archive before; .* such as /u);
  t.deepEqual(await calls(), WHOLE);
});

test('a Job of another name restores the same archive again', async t => {
  const {run, calls} = await restoring(t);
  await run(JOB);
  await run(`${JOB}-again`);

  t.deepEqual(await calls(), [...WHOLE, ...WHOLE]);
});

for (const [what, job, complaint] of [
  ['without a time in its name', 'restore-now', /^refused: the name of the Job, restore-now, must contain the time/u],
  [
    'of an archive that is not there',
    'restore-20270102t030405z',
    /^refused: there is no \S+; there are: users-20260102T030405Z\.archive\.gz$/u,
  ],
] as const) {
  test(`a Job ${what} is refused before anything changes`, async t => {
    const {run, calls} = await restoring(t);

    t.regex(await run(job), complaint);
    t.notRegex(String(await calls()), /mongo/u);
  });
}

test('an archive that is damaged is refused before anything changes', async t => {
  const {run, calls, folder} = await restoring(t);
  const archive = join(folder, ARCHIVE);
  await writeFile(archive, (await readFile(archive)).subarray(0, 15));

  t.regex(await run(JOB), /unexpected end of file/u);
  t.notRegex(String(await calls()), /mongo/u);
});

/** Connects to a database that refuses for so long; says when the script gave up, or had a connection. */
async function connectTo({refusesForMs}: {refusesForMs: number}): Promise<{ms: number; isConnected: boolean}> {
  const {data} = named(await render('users', everyJob), 'ConfigMap', 'users-mongodb');
  let ms = 0;
  const globals = {
    require: () => ({readFileSync: () => 'mongodb://localhost'}),
    // A constructor, as in mongosh.
    Mongo: function connection() {
      if (ms < refusesForMs) throw new Error('connect ECONNREFUSED');
    },
    Date: {now: () => ms},
    sleep: (more: number) => (ms += more),
  };
  try {
    runInNewContext(`${data['connect.js']}; connected()`, globals);
    return {ms, isConnected: true};
  } catch {
    return {ms, isConnected: false};
  }
}

test('a connection that is refused is tried again, as the network may not know a pod that has just started', async t => {
  t.deepEqual(await connectTo({refusesForMs: 0}), {ms: 0, isConnected: true});
  t.deepEqual(await connectTo({refusesForMs: 5_000}), {ms: 5_000, isConnected: true});
  t.deepEqual(await connectTo({refusesForMs: Infinity}), {ms: 30_000, isConnected: false});
});
