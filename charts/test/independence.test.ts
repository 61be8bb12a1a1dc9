import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {helm} from '../../tools/helm/run.ts';
import {copyOfCharts} from './copy.ts';
import {titleOf, withoutHash, type KubernetesObject} from '../../verify/lib/charts/kubernetes.ts';
import {render, renderTexts, renderValues, type Rendered} from '../../verify/lib/charts/render.ts';
import {givenPasswords} from '../../verify/lib/charts/value-sets.ts';
import {charts, services, valuesFor, type Values} from '../../verify/lib/charts/values.ts';

const textsOf = (rendered: Rendered[]): Map<string, string> =>
  new Map(rendered.map(({object, text}) => [titleOf(object), text]));

/** The objects that are missing in one of the renders, or that differ by a byte. */
function changesBetween(one: Rendered[], other: Rendered[]): string[] {
  const [before, after] = [textsOf(one), textsOf(other)];
  const titles = new Set([...before.keys(), ...after.keys()]);
  return [...titles].filter(title => before.get(title) !== after.get(title)).toSorted();
}

/** A copy of the charts with a new version of one of them. */
const chartsWithNext = (t: ExecutionContext, chart: string): Promise<string> =>
  copyOfCharts(t, {[chart]: {version: '9.8.7', appVersion: '9.8.7'}});

for (const chart of [...charts, 'mongodb']) {
  test(`helm lint --strict accepts ${chart}`, async t => {
    t.regex(await helm(['lint', '--strict', join('charts', chart)]), /1 chart\(s\) linted, 0 chart\(s\) failed/u);
  });
}

for (const chart of charts) {
  test(`rendering ${chart} again gives the same objects, so an upgrade without changes restarts nothing`, async t => {
    const values = valuesFor(chart, givenPasswords);

    t.deepEqual(changesBetween(await renderValues(chart, values), await renderValues(chart, values)), []);
  });
}

const existingSecrets: Record<string, Values> = Object.fromEntries(
  services.map(name => [
    name,
    {
      auth: {mode: 'token', ...(name === 'users' && {existingSecret: 'keys'})},
      ...(servicesWithDatabase.includes(name) && {mongodb: {existingSecret: `${name}-database`}}),
    },
  ]),
);

for (const chart of charts) {
  test(`with existing Secrets ${chart} renders the same bytes without the cluster, so GitOps sees no change`, async t => {
    const values = {...(chart === 'duet' ? existingSecrets : existingSecrets[chart])};
    const template = ['template', 'duet', join('charts', chart), '--namespace', 'shop', '--values', '-'];
    const rendered = await helm(template, JSON.stringify(values));

    t.is(await helm(template, JSON.stringify(values)), rendered);
    t.is(await helm([...template, '--is-upgrade'], JSON.stringify(values)), rendered);
    t.notRegex(rendered, /^kind: Secret$/mu);
  });
}

for (const chart of charts) {
  test(`with existing Secrets ${chart} renders the same bytes in every namespace, so kustomize may choose one`, async t => {
    const more = {
      tracing: {endpoint: 'http://collector:4318'},
      mongodb: {existingSecret: 'credentials', replicaCount: 3, backup: {enabled: true}},
    };
    const values = JSON.stringify(valuesFor(chart, {name: 'existing Secrets', values: more}));
    const [one, other] = ['shop', 'stall'].map(namespace =>
      helm(['template', 'duet', join('charts', chart), '--namespace', namespace, '--values', '-'], values),
    );

    t.is(await one, await other);
  });
}

const nameOf = (object: KubernetesObject): string => withoutHash(titleOf(object));

for (const service of services) {
  test(`the objects of ${service} have the same names in any release, alone or in the umbrella chart`, async t => {
    const alone = (await render(service, givenPasswords, {release: 'any'})).map(nameOf);
    const umbrella = new Set((await render('duet', givenPasswords)).map(nameOf));

    t.deepEqual(
      alone.filter(title => !umbrella.has(title)),
      [],
    );
  });

  test(`a new image of ${service} changes only its Deployment and its helm test pod`, async t => {
    const values = (tag: string): Values => ({
      ...valuesFor('duet', givenPasswords),
      [service]: valuesFor(service, givenPasswords, {image: {tag}}),
    });
    const [before, after] = [await renderValues('duet', values('1.0.0')), await renderValues('duet', values('1.0.1'))];

    t.deepEqual(changesBetween(before, after), [`Deployment/${service}`, `Pod/${service}-test`]);
  });
}

for (const service of services) {
  for (const chart of [service, 'duet']) {
    test(`a new version of ${service} changes neither its database nor another service, in ${chart}`, async t => {
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

test('a new version of the mongodb chart with the same image does not restart the database', async t => {
  const folder = await chartsWithNext(t, 'mongodb');
  const image = {mongodb: {image: {tag: '8.0.26'}}};
  const specOf = async (options: {folder?: string}): Promise<unknown> => {
    const objects = await render('users', givenPasswords, {more: image, ...options});
    return objects.filter(({kind}) => kind === 'StatefulSet').map(object => 'spec' in object && object.spec);
  };

  t.deepEqual(await specOf({folder}), await specOf({}));
});
