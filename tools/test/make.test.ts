import {execFile} from 'node:child_process';
import {appendFile, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {copyCheckout} from '../checkout.ts';

const execute = promisify(execFile);

/** A copy of this repository with all that is not committed, as its owner would have committed it. */
async function copyOf(t: ExecutionContext) {
  const folder = await mkdtemp(join(tmpdir(), 'made-'));
  t.teardown(() => rm(folder, {recursive: true}));
  const {AVA_PATH: _, ...env} = process.env;
  const run = async (program: string, ...args: string[]): Promise<string> =>
    (await execute(program, args, {cwd: folder, env, maxBuffer: 64 * 1024 * 1024})).stdout;
  await copyCheckout(folder);
  await run('git', 'init', '--quiet');
  await appendFile(join(folder, '.git/info/exclude'), 'node_modules\n');
  const commit = async (message: string): Promise<void> => {
    await run('git', 'add', '--all');
    await run(
      'git',
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@example.com',
      'commit',
      '--quiet',
      '--no-verify',
      '-m',
      message,
    );
  };
  await commit('all');
  const edit = async (file: string, change: (text: string) => string): Promise<void> =>
    writeFile(join(folder, file), change(await readFile(join(folder, file), 'utf8')));
  return {run, commit, edit};
}

const changesOf = async (run: (program: string, ...args: string[]) => Promise<string>): Promise<string[]> =>
  (await run('git', 'status', '--porcelain')).split('\n').filter(Boolean);

for (const [what, name, ...options] of [
  ['that calls orders', 'payments', '--calls', 'orders'],
  ['without a database', 'quotes', '--no-database'],
  ['without a database that calls orders', 'quotes', '--no-database', '--calls', 'orders'],
] as const) {
  test.serial(`a new service ${what} passes its own tests, and is gone without a trace once removed`, async t => {
    t.timeout(300_000);
    const {run, commit} = await copyOf(t);

    await run('node', 'tools/new-service.ts', name, ...options);
    await commit(name);
    await run('tsc');
    const about = ['tools/test/generated.test.ts', 'observability/test/alerts.test.ts', 'dev/test/plan.test.ts'];
    const output = await run('ava', '--tap', `services/${name}`, ...about);
    t.regex(output, /^# fail 0$|^# pass \d+$/mu);

    await run('node', 'tools/remove-service.ts', name);
    await run('git', 'add', '--all');
    t.is(await run('git', 'diff', '--cached', 'HEAD~1', '--stat'), '');
  });
}

test.serial('a service without a database has no MongoDB, and nothing for which another one could ask it', async t => {
  const {run, commit} = await copyOf(t);

  await run('node', 'tools/new-service.ts', 'quotes', '--no-database');
  await commit('quotes');
  const own = ['services/quotes', 'charts/quotes', 'k8s/**/quotes*', 'Dockerfile.quotes'];
  const error = await t.throwsAsync(run('node', 'tools/new-service.ts', 'payments', '--calls', 'quotes'));

  t.is(await run('git', 'grep', '-i', 'mongo', '--', ...own).catch(() => ''), '');
  t.is(await run('git', 'grep', 'quotes-mongodb', '--', ':!tools/test').catch(() => ''), '');
  t.regex(error?.message ?? '', /quotes has no database, so nothing to ask it for/u);
});

for (const [what, args, why] of [
  ['a path', ['../payments'], /a to z and digits/u],
  ['a service that exists', ['orders'], /something has this name already/u],
  ['one of what a service has', ['user'], /something has this name already/u],
  ['a word that orders uses', ['products'], /of which it would be a copy, has such a name/u],
  ['a neighbour that is none', ['payments', '--calls', 'nobodies'], /nobodies is no service/u],
] as const) {
  test.serial(`a new service is refused and nothing changes: ${what}`, async t => {
    const {run} = await copyOf(t);

    const error = await t.throwsAsync(run('node', 'tools/new-service.ts', ...args));

    t.regex(error?.message ?? '', why);
    t.deepEqual(await changesOf(run), []);
  });
}

test.serial(
  'a project with another name and its own changes takes the next release of platform, and knows its drift',
  async t => {
    t.timeout(300_000);
    const {run, commit, edit} = await copyOf(t);
    await run('git', 'tag', 'v0.1.0');
    await edit('services/platform/ids.ts', text => `${text}\nexport const NEXT = 1;\n`);
    await edit('charts/platform/templates/_names.tpl', text => `{{- /* of the next release */ -}}\n${text}`);
    await commit('the next release');
    await run('git', 'tag', 'v0.2.0');
    await run('git', 'checkout', '--quiet', 'v0.1.0');

    await run('node', 'tools/rename-project.ts', 'acme');
    await commit('acme');
    t.regex(await run('node', 'tools/drift.ts', 'v0.1.0'), /^files that differ from v0\.1\.0: 0$/mu);

    await edit('services/orders/contract.ts', text => text.replace("example: 'book'", "example: 'lamp'"));
    await edit('services/platform/etag.ts', text => `${text}\nexport const OWN = 1;\n`);
    await commit('our own');
    t.is(
      await run('node', 'tools/drift.ts', 'v0.1.0'),
      'changed services/platform/etag.ts\nfiles that differ from v0.1.0: 1\n',
    );

    await run(
      'sh',
      '-c',
      'git diff v0.1.0 v0.2.0 -- services/platform charts/platform charts/mongodb tools | git apply --3way',
    );
    await run('npm', 'run', '--silent', 'generate');
    await run('tsc');
    t.true((await run('git', 'grep', '-h', 'export const \\(NEXT\\|OWN\\)')).includes('NEXT'));
    t.is(await run('git', 'grep', '-i', '-l', 'duet').catch(() => ''), '');
  },
);

for (const [what, name, why] of [
  ['a path', '../acme', /words of a to z and digits/u],
  ['capitals', 'Acme', /words of a to z and digits/u],
  ['a chart that exists', 'users', /charts\/users exists already/u],
  ['what YAML takes for a boolean', 'yes', /YAML does not read it as text/u],
  ['a word that the objects have for something else', 'mongo', /has this word already/u],
  ['a name that is too long', 'a'.repeat(31), /at most 30 characters/u],
] as const) {
  test.serial(`a name for the project is refused and nothing changes: ${what}`, async t => {
    const {run} = await copyOf(t);

    const error = await t.throwsAsync(run('node', 'tools/rename-project.ts', name));

    t.regex(error?.message ?? '', why);
    t.deepEqual(await changesOf(run), []);
  });
}

test.serial('nothing is renamed or made while something is not committed', async t => {
  const {run, edit} = await copyOf(t);
  await edit('README.md', text => `${text}\n`);

  for (const args of [
    ['rename-project.ts', 'acme'],
    ['new-service.ts', 'payments'],
    ['remove-service.ts', 'orders'],
  ]) {
    const error = await t.throwsAsync(run('node', `tools/${args[0]}`, String(args[1])));
    t.regex(error?.message ?? '', /commit or undo your changes first/u);
  }
});
