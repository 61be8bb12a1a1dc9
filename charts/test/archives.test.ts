import {globSync} from 'node:fs';
import {cp, readdir} from 'node:fs/promises';
import {join, matchesGlob} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {packageCharts} from '../../tools/helm/archives.ts';
import {helm} from '../../tools/helm/run.ts';
import {copyOfCharts, emptyFolder} from './copy.ts';
import {everyJob, givenPasswords} from '../../verify/lib/charts/value-sets.ts';
import {charts, services, valuesFor} from '../../verify/lib/charts/values.ts';

test('no chart has a symbolic link, which packagers drop and Windows does not check out', t => {
  const links = globSync('charts/**', {withFileTypes: true}).filter(file => file.isSymbolicLink());

  t.deepEqual(
    links.map(({parentPath, name}) => join(parentPath, name)),
    [],
  );
});

const values = {
  ...everyJob,
  only: Object.fromEntries(services.map(name => [name, givenPasswords.values ?? {}])),
};

const template = (chart: string, path: string): Promise<string> =>
  helm(['template', 'duet', path, '--namespace', 'shop', '--values', '-'], JSON.stringify(valuesFor(chart, values)));

/** The different values that a key has in a text. */
const valuesOf = (key: string, text: string): string[] =>
  [...new Set(text.match(new RegExp(`(?<= ${key}: ).*`, 'gu')))].toSorted();

test('each chart has an archive, which renders the same bytes as its folder without the checkout', async t => {
  const folder = await emptyFolder(t);
  const archives = await packageCharts(folder);

  t.deepEqual([...archives.keys()].toSorted(), ['duet', 'mongodb', 'platform', ...services].toSorted());
  t.deepEqual(
    (await readdir(folder)).toSorted(),
    [...archives.values()].map(file => file.replace(`${folder}/`, '')).toSorted(),
  );
  for (const chart of charts) {
    t.is(await template(chart, archives.get(chart) ?? ''), await template(chart, join('charts', chart)), chart);
  }
});

test('the archives of a version with a plus sign have it in every label, in a form that labels allow', async t => {
  const archives = await packageCharts(await emptyFolder(t), {version: '0.2.0+4e5cbb7b97d0', appVersion: '4e5cbb7'});

  for (const chart of charts) {
    const text = await template(chart, archives.get(chart) ?? '');
    const [label, tag] = ['0.2.0_4e5cbb7b97d0', '4e5cbb7'];
    const installed = chart === 'duet' ? services : [chart];
    const isStored = installed.some(name => servicesWithDatabase.includes(name));
    const charted = [...(isStored ? ['mongodb'] : []), ...installed].map(name => `${name}-${label}`);
    t.deepEqual(valuesOf('helm.sh/chart', text), charted.toSorted());
    // MongoDB has a version of its own.
    const images = [...(isStored ? ['mongo:8.0.26'] : []), ...installed.map(name => `${name}:${tag}`)];
    t.deepEqual(valuesOf('image', text), images.toSorted());
  }
});

/** The charts as git has them, not built. */
async function cleanCheckout(t: ExecutionContext): Promise<string> {
  const folder = await emptyFolder(t);
  await cp('charts', folder, {recursive: true, filter: path => !matchesGlob(path, 'charts/*/charts')});
  return folder;
}

for (const service of services) {
  // As skaffold and Argo CD do. helm builds no dependency of a dependency; the service has all that it needs.
  test(`helm dependency build is enough for ${service} in a clean checkout`, async t => {
    const folder = await cleanCheckout(t);
    await helm(['dependency', 'build', join(folder, service)]);

    t.is(await template(service, join(folder, service)), await template(service, join('charts', service)));
  });
}

test('a chart that was not built does not render, and the error says what is missing', async t => {
  const folder = await cleanCheckout(t);

  for (const chart of charts) {
    await t.throwsAsync(template(chart, join(folder, chart)), {message: /missing in charts\/ directory: /u}, chart);
  }
});

test('a changed chart reaches all that contain it when the charts are built', async t => {
  const folder = await copyOfCharts(t, {platform: {version: '9.8.7'}, mongodb: {version: '9.8.7'}});

  for (const chart of [...servicesWithDatabase, 'duet']) {
    t.regex(await template(chart, join(folder, chart)), /helm\.sh\/chart: mongodb-9\.8\.7\n/u, chart);
  }
});
