import {readFile} from 'node:fs/promises';
import test from 'ava';
import {leavesOfSchema, leavesOfValues, readSchema, readValues, schemasIn} from './schemas.ts';
import {charts, services} from './values.ts';

const installable = ['mongodb', ...charts];

// Values that helm or the parent chart adds to a chart's own values.
const handed = /^(?:enabled|platform|global\..*)$/u;

// Free maps: Kubernetes or the user defines their content. The values of a subchart are checked by its own schema.
const free = new Set([
  'affinity',
  'annotations',
  'behavior',
  'containerSecurityContext',
  'dataSource',
  'dnsConfig',
  'global',
  'labels',
  'limits',
  'mongodb',
  'nodeSelector',
  'platform',
  'jobPodAnnotations',
  'jobPodLabels',
  'podAnnotations',
  'podLabels',
  'podSecurityContext',
  'requests',
  'timeouts',
  ...services,
]);
const freeItems = new Set([
  'callers',
  'containers',
  'databaseEgress',
  'env',
  'envFrom',
  'extraEgress',
  'extraEnv',
  'extraIngress',
  'extraVolumeMounts',
  'extraVolumes',
  'filters',
  'initContainers',
  'metricRelabelings',
  'metrics',
  'metricsFrom',
  'objects',
  'parentRefs',
  'relabelings',
  'tolerations',
  'topologySpreadConstraints',
  'tracesTo',
  'volumeMounts',
  'volumes',
]);

const isFree = (path: string[]): boolean =>
  path.at(-1) === '[]' ? freeItems.has(path.at(-2) ?? '') : free.has(path.at(-1) ?? '');

for (const chart of installable) {
  test(`every value of ${chart} is in its schema`, async t => {
    const schema = await readSchema(chart);
    const leaves = leavesOfValues(await readValues(chart), schema);

    t.true(leaves.length > 3);
    t.deepEqual(
      leaves.filter(leaf => !leavesOfSchema(schema).includes(leaf)),
      [],
    );
  });

  test(`every property in the schema of ${chart} is in its values`, async t => {
    const schema = await readSchema(chart);
    const values = leavesOfValues(await readValues(chart), schema);

    t.deepEqual(
      leavesOfSchema(schema).filter(leaf => !values.includes(leaf) && !handed.test(leaf)),
      [],
    );
  });

  test(`every property in the schema of ${chart} has a description`, async t => {
    const silent = schemasIn(await readSchema(chart)).filter(
      ([path, {description}]) => path.at(-1) !== '[]' && !description,
    );

    t.deepEqual(
      silent.map(([path]) => path.join('.')),
      [],
    );
  });

  test(`the schema of ${chart} refuses unknown values, except in free maps`, async t => {
    const open = schemasIn(await readSchema(chart)).filter(
      ([path, {type, additionalProperties}]) => type === 'object' && additionalProperties !== false && !isFree(path),
    );

    t.deepEqual(
      open.map(([path]) => path.join('.')),
      [],
    );
  });
}

for (const chart of ['mongodb', ...services]) {
  test(`every block of values of ${chart} begins with a comment, which helm shows`, async t => {
    const blocks = (await readFile(`charts/${chart}/values.yaml`, 'utf8')).trim().split('\n\n');

    t.deepEqual(
      blocks.filter(block => !block.startsWith('# ')),
      [],
    );
  });
}
