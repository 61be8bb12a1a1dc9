import {cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {helm} from '../../tools/helm/run.ts';
import {titleOf, withoutHash, type KubernetesObject} from './kubernetes.ts';
import {render, renderTexts, renderValues, type Rendered} from './render.ts';
import {givenPasswords} from './value-sets.ts';
import {charts, services, valuesFor, type Values} from './values.ts';

const textsOf = (rendered: Rendered[]): Map<string, string> =>
  new Map(rendered.map(({object, text}) => [titleOf(object), text]));

/** The objects that are not in both renders, or not the same byte by byte. */
function changesBetween(one: Rendered[], other: Rendered[]): string[] {
  const [before, after] = [textsOf(one), textsOf(other)];
  const titles = new Set([...before.keys(), ...after.keys()]);
  return [...titles].filter(title => before.get(title) !== after.get(title)).toSorted();
}

/** A copy of the charts in which one of them is the next version. */
async function chartsWithNext(t: ExecutionContext, chart: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'charts-'));
  t.teardown(() => rm(folder, {recursive: true}));
  // Else the links between the charts would lead back to the original.
  await cp('charts', folder, {recursive: true, verbatimSymlinks: true});

  const file = join(folder, chart, 'Chart.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^(version|appVersion): .*$/gmu, '$1: 9.8.7'));
  return folder;
}

for (const chart of charts) {
  test(`helm's lint has nothing against ${chart}`, async t => {
    t.regex(await helm(['lint', '--strict', join('charts', chart)]), /1 chart\(s\) linted, 0 chart\(s\) failed/u);
  });

  test(`rendered again, ${chart} is the same, so an upgrade that changes nothing restarts nothing`, async t => {
    const values = valuesFor(chart, givenPasswords);

    t.deepEqual(changesBetween(await renderValues(chart, values), await renderValues(chart, values)), []);
  });

  test(`the package of ${chart} renders what its folder renders`, async t => {
    const folder = await mkdtemp(join(tmpdir(), 'package-'));
    t.teardown(() => rm(folder, {recursive: true}));
    const said = await helm(['package', join('charts', chart), '--destination', folder]);
    const file = basename(said.trim());
    const packaged = await renderValues(file, valuesFor(chart, givenPasswords), {folder});

    t.deepEqual(changesBetween(packaged, await renderTexts(chart, givenPasswords)), []);
  });
}

const nameOf = (object: KubernetesObject): string => withoutHash(titleOf(object));

for (const service of services) {
  test(`the objects of ${service} have the same names alone, under any release, and in the umbrella`, async t => {
    const alone = (await render(service, givenPasswords, {release: 'any'})).map(nameOf);
    const umbrella = new Set((await render('duet', givenPasswords)).map(nameOf));

    t.deepEqual(
      alone.filter(title => !umbrella.has(title)),
      [],
    );
  });

  test(`a new image of ${service} changes its Deployment, the pod that tests it, and nothing else`, async t => {
    const values = (tag: string): Values => ({
      ...valuesFor('duet', givenPasswords),
      [service]: {...givenPasswords.values, image: {tag}},
    });
    const [before, after] = [await renderValues('duet', values('1.0.0')), await renderValues('duet', values('1.0.1'))];

    t.deepEqual(changesBetween(before, after), [`Deployment/${service}`, `Pod/${service}-test`]);
  });
}

for (const service of services) {
  for (const chart of [service, 'duet']) {
    test(`a new version of ${service} leaves its database and every other service as they are, in ${chart}`, async t => {
      const folder = await chartsWithNext(t, service);
      const before = await renderTexts(chart, givenPasswords);
      const changes = changesBetween(before, await renderTexts(chart, givenPasswords, {folder}));
      const itself = new RegExp(`^\\w+/${service}(?:$|-(?!mongodb))`, 'u');

      t.true(changes.includes(`Deployment/${service}`));
      t.deepEqual(
        changes.filter(title => !itself.test(title)),
        [],
      );
    });
  }
}

test('a new version of the mongodb chart changes no pod of the database but by its image', async t => {
  const folder = await chartsWithNext(t, 'mongodb');
  const image = {mongodb: {image: {tag: '8.0.26'}}};
  const specOf = async (options: {folder?: string}): Promise<unknown> => {
    const objects = await render('users', givenPasswords, {more: image, ...options});
    return objects.filter(({kind}) => kind === 'StatefulSet').map(object => 'spec' in object && object.spec);
  };

  t.deepEqual(await specOf({folder}), await specOf({}));
});
