import {readFile} from 'node:fs/promises';
import test from 'ava';
import {leavesOfSchema, leavesOfValues, readSchema, readValues, schemasIn} from './schemas.ts';
import {services} from './values.ts';

const installable = ['mongodb', 'users', 'orders', 'duet'];

// What helm, or the chart above, hands to a chart besides its own values.
const handed = /^(?:enabled|platform|global\..*)$/u;

// Kubernetes defines what is in these, or you do; the values of another chart are judged by its own schema.
const free = new Set([
  'affinity',
  'annotations',
  'labels',
  'limits',
  'mongodb',
  'nodeSelector',
  'orders',
  'platform',
  'podAnnotations',
  'podLabels',
  'requests',
  'users',
]);
const freeItems = new Set([
  'callers',
  'databaseEgress',
  'env',
  'extraEgress',
  'extraEnv',
  'metricsFrom',
  'objects',
  'parentRefs',
  'tolerations',
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

  test(`everything in the schema of ${chart} is among its values`, async t => {
    const schema = await readSchema(chart);
    const values = leavesOfValues(await readValues(chart), schema);

    t.deepEqual(
      leavesOfSchema(schema).filter(leaf => !values.includes(leaf) && !handed.test(leaf)),
      [],
    );
  });

  test(`the schema of ${chart} describes everything in it`, async t => {
    const silent = schemasIn(await readSchema(chart)).filter(
      ([path, {description}]) => path.at(-1) !== '[]' && !description,
    );

    t.deepEqual(
      silent.map(([path]) => path.join('.')),
      [],
    );
  });

  test(`the schema of ${chart} lets no unknown value through, but where it is a free map`, async t => {
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
