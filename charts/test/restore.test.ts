import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {gzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {named, ofKind, titleOf} from './kubernetes.ts';
import {render} from './render.ts';
import {everyJob, givenPasswords, valueSets} from './value-sets.ts';
import {charts} from './values.ts';

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

/** The script of a restore in a folder with one archive, with stand-ins for the programs that it calls. */
async function restoring(t: ExecutionContext, {failing = ''} = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'restore-'));
  t.teardown(() => rm(folder, {recursive: true}));
  const {data} = named(await render('users', everyJob), 'ConfigMap', 'users-mongodb');
  const script = (data['restore.sh'] ?? '').replaceAll(/\/(?:backup|tmp|run\/secrets\/mongodb)(?=[/ ])/gu, folder);

  await writeFile(join(folder, 'restore.sh'), script);
  await writeFile(join(folder, 'restore-password'), 'secret');
  await writeFile(join(folder, 'users-20260102T030405Z.archive.gz'), gzipSync('an archive'));
  await writeFile(join(folder, 'calls'), '');
  for (const program of ['flock', 'mongosh', 'mongorestore']) {
    const says = `#!/bin/sh\necho ${program} $ACCESS >>${folder}/calls\n[ ${program} != '${failing}' ]\n`;
    await writeFile(join(folder, program), says, {mode: 0o755});
  }

  const run = async (job: string): Promise<string> => {
    const env = {PATH: `${folder}:${process.env['PATH']}`, JOB: job, DATABASE: 'users', MEMBERS: 'localhost:27017'};
    const done = promisify(execFile)('bash', [join(folder, 'restore.sh')], {env});
    const {stdout} = await done.catch((error: {stderr: string}) => ({stdout: error.stderr}));
    return stdout.trim();
  };
  const calls = async (): Promise<string[]> => (await readFile(join(folder, 'calls'), 'utf8')).trim().split(/\s*\n/u);
  return {run, calls, folder};
}

const JOB = 'restore-20260102t030405z';
const WHOLE = ['flock', 'mongosh revoke', 'mongorestore', 'mongosh grant'];

test('a restore revokes the rights of the service before it drops, and grants them when it is complete', async t => {
  const {run, calls} = await restoring(t);

  t.regex(await run(JOB), /restored \S+users-20260102T030405Z\.archive\.gz$/u);
  t.deepEqual(await calls(), WHOLE);
});

test('a restore that fails leaves the service without rights, so nobody writes to half a database', async t => {
  const {run, calls} = await restoring(t, {failing: 'mongorestore'});
  await run(JOB);

  t.deepEqual(await calls(), WHOLE.slice(0, 3));
});

test('a Job of the same name does not restore the same archive twice', async t => {
  const {run, calls} = await restoring(t);
  await run(JOB);

  t.regex(await run(JOB), /^refused: restore-20260102t030405z has restored this archive before; .* such as /u);
  t.deepEqual(await calls(), [...WHOLE, 'flock']);
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
  const archive = join(folder, 'users-20260102T030405Z.archive.gz');
  await writeFile(archive, (await readFile(archive)).subarray(0, 15));

  t.regex(await run(JOB), /unexpected end of file/u);
  t.notRegex(String(await calls()), /mongo/u);
});
