import {execFile} from 'node:child_process';
import {globSync, readFileSync} from 'node:fs';
import {promisify} from 'node:util';
import test from 'ava';
import {parse} from 'yaml';
import {firstExecutable, onPath} from '../fetch/executables.ts';
import {goTools} from '../go-tools.ts';

type Step = {uses?: string; run?: string; with?: Record<string, unknown>};
type Job = {'timeout-minutes'?: number; permissions?: Record<string, string>; steps: Step[]};
type Workflow = {permissions?: Record<string, string>; concurrency?: object; jobs: Record<string, Job>};

const read = (file: string): string => readFileSync(file, 'utf8');
const scripts = Object.keys((JSON.parse(read('package.json')) as {scripts: object}).scripts);
const files = globSync('.github/workflows/*.yml');
const workflows = files.map(file => [file, parse(read(file)) as Workflow] as const);
const jobs = workflows.flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]) => [`${file}: ${name}`, job, workflow] as const),
);
const steps = jobs.flatMap(([, {steps}]) => steps);
const commands = steps.flatMap(({run}) => run ?? []);

const actionlint = process.env['ACTIONLINT'] || (await firstExecutable(onPath('actionlint'))) || '';
const withActionlint = actionlint ? test : test.skip;

withActionlint(
  `actionlint accepts every workflow${actionlint ? '' : ' (needs actionlint, on PATH or named by ACTIONLINT)'}`,
  async t => {
    await t.notThrowsAsync(promisify(execFile)(actionlint, files));
  },
);

/** What a workflow does beside the scripts of this repository: it prepares the machine, and logs in. */
const preparations = [
  'brew install ',
  'docker buildx create --use',
  'docker login "$REGISTRY" ',
  'kind create cluster ',
  'sudo apt-get update',
  'sudo apt-get install ',
];

test('every step of a workflow is one command, which prepares the machine or is an npm script', t => {
  t.true(commands.length > 0);
  for (const command of commands) {
    const script = /^npm (?:run )?(?<name>[\w:-]+)(?: -- |$)/u.exec(command)?.groups?.['name'];
    const known = script ? ['ci', ...scripts].includes(script) : preparations.some(each => command.startsWith(each));
    t.true(known && !command.includes('\n'), command);
  }
});

test('a workflow builds only programs that npm run go-tools knows', t => {
  const built = commands.flatMap(command => /^npm run go-tools -- (.+)/u.exec(command)?.[1]?.split(' ') ?? []);

  t.deepEqual([...new Set(built)].toSorted(), Object.keys(goTools).toSorted());
});

test('every action is one commit, and does not leave a token in the checkout', t => {
  for (const {uses, with: options} of steps.filter(({uses}) => uses)) {
    t.regex(uses ?? '', /^actions\/[\w-]+@[0-9a-f]{40}$/u);
    if (uses?.startsWith('actions/checkout@')) t.is(options?.['persist-credentials'], false);
  }
  for (const file of files) t.notRegex(read(file), /uses: [^#\n]*$/mu, `${file}: the version as a comment`);
});

test('every job has a timeout, and may read only, but for the one that publishes', t => {
  for (const [name, job, workflow] of jobs) {
    t.true((job['timeout-minutes'] ?? Infinity) <= 120, name);
    t.truthy(workflow.concurrency, name);
    const {contents, ...others} = job.permissions ?? workflow.permissions ?? {};
    t.is(contents, 'read', name);
    t.deepEqual(others, name.endsWith('publish') ? {packages: 'write', 'id-token': 'write'} : {}, name);
  }
});

test('nothing is published before the scan, and no package is installed beside the right to publish', t => {
  const {build, publish} = workflows.find(([file]) => file.endsWith('release.yml'))?.[1].jobs ?? {};
  const runs = (job?: Job) => job?.steps.flatMap(({run}) => run ?? []) ?? [];

  t.like(publish, {needs: 'build'});
  t.is(runs(build).at(-1), 'npm run release:scan');
  t.false(runs(publish).includes('npm ci'));
  t.false(runs(build).some(command => command.includes('publish')));
});

test('Renovate finds the version of every program, of MongoDB, of both Kubernetes versions, of BuildKit and of Redocly', t => {
  type Manager = {managerFilePatterns: [string]; matchStrings: [string]};
  const {customManagers} = JSON.parse(read('renovate.json')) as {customManagers: Manager[]};
  const everything = globSync(['tools/*.ts', 'charts/*/Chart.yaml', '.github/workflows/*', 'verify/third-party/*.ts']);
  const found = customManagers.map(({managerFilePatterns: [pattern], matchStrings: [text]}) =>
    everything
      .filter(file => new RegExp(pattern.slice(1, -1), 'u').test(file))
      .flatMap(file => [...read(file).matchAll(new RegExp(text, 'gu'))]),
  );

  t.deepEqual(
    found.map(matches => matches.length),
    [1, 3, Object.keys(goTools).length, 1],
  );
});
