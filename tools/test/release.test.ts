import {execFile} from 'node:child_process';
import {chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {objectionsTo, readVersions, type Versions} from '../release/check.ts';
import {buildCommand} from '../release/images.ts';
import {chartsIn} from '../release/publish.ts';
import {packageJson} from '../release/run.ts';
import {findingsIn, missingIn} from '../release/scan.ts';
import {serviceNames} from '../services.ts';

const charts = [
  {name: 'users', version: '1.2.3', appVersion: '1.2.3', dependencies: [{name: 'mongodb', version: '1.2.3'}]},
  {name: 'mongodb', version: '1.2.3', appVersion: '8.0.26'},
];
const agreed = {version: '1.2.3', charts, changelog: '# Changelog\n\n## 1.2.3\n'};

test('a tag is released if it is the version of the package, of every chart and of a section of the changelog', t => {
  t.deepEqual(objectionsTo('v1.2.3', agreed), []);
});

const refused: [what: string, tag: string, versions: Partial<Versions>, objection: string][] = [
  ['of another version', 'v1.2.4', {}, 'The tag is v1.2.4, but package.json has the version 1.2.3.'],
  ['without the v', '1.2.3', {}, 'The tag is 1.2.3, but package.json has the version 1.2.3.'],
  ['that is missing', '', {}, 'The tag is , but package.json has the version 1.2.3.'],
  [
    'that a chart has not',
    'v1.2.3',
    {charts: [{name: 'mongodb', version: '1.2.2'}]},
    'The version of the chart mongodb is 1.2.2, not 1.2.3.',
  ],
  [
    'that the image of a chart has not',
    'v1.2.3',
    {charts: [{name: 'orders', version: '1.2.3', appVersion: '1.2.2'}]},
    'The appVersion of the chart orders is 1.2.2, not 1.2.3.',
  ],
  [
    'that a dependency of a chart has not',
    'v1.2.3',
    {charts: [{name: 'mongodb', version: '1.2.3', dependencies: [{name: 'platform', version: '1.2.2'}]}]},
    'The version of platform in the chart mongodb is 1.2.2, not 1.2.3.',
  ],
  [
    'that the changelog calls unreleased',
    'v1.2.3',
    {changelog: '\n## Unreleased: 1.2.3\n'},
    'CHANGELOG.md has no section "## 1.2.3".',
  ],
];

for (const [what, tag, versions, objection] of refused) {
  test(`a tag ${what} is refused`, t => {
    t.deepEqual(objectionsTo(tag, {...agreed, ...versions}), [objection]);
  });
}

test('the package and every chart of this repository have the same version', async t => {
  const versions = await readVersions();

  t.true(versions.charts.length > serviceNames.length);
  t.deepEqual(objectionsTo(`v${versions.version}`, {...versions, changelog: `\n## ${versions.version}\n`}), []);
});

for (const service of serviceNames) {
  test(`every stage of the image of ${service} is built from BASE, whose Node has the major version of the tests`, async t => {
    const {devDependencies} = await packageJson();
    const file = await readFile(`Dockerfile.${service}`, 'utf8');
    const stages = file.match(/^FROM .*/gmu) ?? [];

    t.is(/^ARG BASE=node:(\d+)-bookworm-slim$/mu.exec(file)?.[1], devDependencies.node.split('.')[0]);
    t.true(stages.length > 0);
    t.deepEqual(
      stages.filter(stage => !/^FROM (?:\$BASE|dependencies) AS /u.test(stage)),
      [],
    );
  });
}

test('a released image has its base by digest, both architectures, provenance, and labels that lead to its source', t => {
  const base = `node:24.1.0-bookworm-slim@sha256:${'0'.repeat(64)}`;
  const command = buildCommand('users', {base, source: 'https://example.com/duet', revision: 'abc', version: '1.2.3'});

  for (const word of [
    `--build-arg=BASE=${base}`,
    '--platform=linux/amd64,linux/arm64',
    '--provenance=mode=max',
    '--label=org.opencontainers.image.source=https://example.com/duet',
    '--label=org.opencontainers.image.revision=abc',
    '--label=org.opencontainers.image.version=1.2.3',
    `--label=org.opencontainers.image.base.name=${base}`,
  ]) {
    t.true(command.includes(word), word);
  }
});

test('a software bill lacks what an image has if it has no package of Debian or of npm', t => {
  t.deepEqual(missingIn({components: [{purl: 'pkg:deb/debian/libc6@2'}, {}, {purl: 'pkg:npm/koa@3.0.0'}]}), []);
  t.deepEqual(missingIn({components: [{purl: 'pkg:npm/koa@3.0.0'}]}), ['the software bill has no pkg:deb/']);
  t.deepEqual(missingIn({}), ['the software bill has no pkg:deb/', 'the software bill has no pkg:npm/']);
});

const valid = {db: {status: {valid: true}}};
const match = (severity: string, state: string) => ({
  vulnerability: {id: 'CVE-1', severity, fix: {state}},
  artifact: {name: 'libc6'},
});

test('a severe vulnerability with a fix stops a release', t => {
  const matches = [
    match('Critical', 'fixed'),
    match('High', 'fixed'),
    match('Medium', 'fixed'),
    match('High', 'wont-fix'),
  ];

  t.deepEqual(findingsIn({matches, descriptor: valid}), [
    'Critical CVE-1 in libc6, which has a fix',
    'High CVE-1 in libc6, which has a fix',
  ]);
});

test('the archives of one version are published, and none or another one is refused', t => {
  t.deepEqual(chartsIn(['users-1.2.3.tgz', 'mongodb-1.2.3.tgz'], '1.2.3'), ['mongodb', 'users']);
  t.throws(() => chartsIn(['users-1.2.3.tgz', 'users-1.2.2.tgz'], '1.2.3'), {message: /users-1\.2\.2\.tgz/u});
  t.throws(() => chartsIn([], '1.2.3'), {message: /npm run charts:package/u});
});

/** Runs a step of a release in a folder with one service, where these scripts stand for all programs. */
async function step(t: ExecutionContext, name: string, programs: Record<string, string>, words: string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), 'duet-release-'));
  t.teardown(() => rm(folder, {recursive: true}));
  const write = async (file: string, text: string) => {
    await mkdir(dirname(join(folder, file)), {recursive: true});
    await writeFile(join(folder, file), text);
  };
  await write('package.json', '{"version": "1.2.3"}');
  await write('services/users/main.ts', '');
  await write('dist/charts/users-1.2.3.tgz', '');
  for (const [program, script] of Object.entries(programs)) {
    await write(`bin/${program}`, `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'bin', program), 0o755);
  }
  const env = {...process.env, PATH: join(folder, 'bin')};
  return promisify(execFile)(process.execPath, [resolve(`tools/release/${name}.ts`), ...words], {cwd: folder, env});
}

const bill = '{"components": [{"purl": "pkg:deb/debian/libc6@2"}, {"purl": "pkg:npm/koa@3.0.0"}]}';
const syft = `for word; do case $word in --output=*) echo '${bill}' >"\${word#*json=}" ;; esac; done`;
const report = (what: object): string => `echo '${JSON.stringify(what)}'`;

const clean = report({matches: [], descriptor: valid});

test('a scan without a finding passes', async t => {
  const {stdout} = await step(t, 'scan', {syft, grype: clean});

  t.is(stdout, 'No vulnerability that a newer version would mend.\n');
});

const failing: [what: string, programs: Record<string, string>, message: RegExp][] = [
  ['without a scanner', {syft}, /spawn grype ENOENT/u],
  ['without the program for software bills', {grype: clean}, /spawn syft ENOENT/u],
  ['whose scanner fails, as without a database', {syft, grype: `${clean}; exit 1`}, /grype ended with 1/u],
  ['whose scanner prints nothing', {syft, grype: ''}, /JSON/u],
  [
    'whose report has no matches',
    {syft, grype: report({descriptor: valid})},
    /users for amd64: the scan had no valid database/u,
  ],
  ['whose report names no database', {syft, grype: report({matches: []})}, /the scan had no valid database/u],
  [
    'whose database is not valid',
    {syft, grype: report({matches: [], descriptor: {db: {status: {valid: false}}}})},
    /the scan had no valid database/u,
  ],
  [
    'that finds a severe vulnerability',
    {syft, grype: report({matches: [match('High', 'fixed')], descriptor: valid})},
    /users for arm64: High CVE-1/u,
  ],
  ['whose software bill is empty', {syft: syft.replace(bill, '{}'), grype: clean}, /the software bill has no pkg:deb/u],
];

for (const [what, programs, message] of failing) {
  test(`a scan ${what} fails`, async t => {
    await t.throwsAsync(step(t, 'scan', programs), {code: 1, message});
  });
}

const DIGEST = `sha256:${'a'.repeat(64)}`;
const crane = `[ "$1" = push ] && echo "\${3%:*}@${DIGEST}" || echo ${DIGEST}`;

test('every image and chart is published under a lower-case name, and signed by its digest', async t => {
  const {stderr} = await step(t, 'publish', {crane, cosign: '', helm: ''}, ['registry.example/Ann/Mirror', '--key=k']);
  const [image, chart] = ['users', 'charts/users'].map(name => `registry.example/ann/mirror/${name}`);

  t.deepEqual(stderr.trim().split('\n'), [
    `> crane push dist/images/users ${image}:1.2.3`,
    `> cosign sign --yes --recursive --key=k ${image}@${DIGEST}`,
    ...['amd64', 'arm64'].flatMap(architecture => [
      `> crane digest --platform=linux/${architecture} ${image}@${DIGEST}`,
      `> cosign attest --yes --type=cyclonedx --predicate=dist/sbom/users-${architecture}.cdx.json --key=k ${image}@${DIGEST}`,
    ]),
    '> helm push dist/charts/users-1.2.3.tgz oci://registry.example/ann/mirror/charts',
    `> crane digest ${chart}:1.2.3`,
    `> cosign sign --yes --key=k ${chart}@${DIGEST}`,
  ]);
});

test('what cannot be signed ends the publication', async t => {
  const failing = step(t, 'publish', {crane, cosign: 'exit 1', helm: ''}, ['registry.example/duet']);

  await t.throwsAsync(failing, {message: /cosign ended with 1/u});
});
