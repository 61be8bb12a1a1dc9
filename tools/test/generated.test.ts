import {readFile} from 'node:fs/promises';
import test from 'ava';
import {schemaWithConfig, valuesWithConfig} from '../chart-config.ts';
import {configuration} from '../configuration.ts';
import {documentOf, serviceNames} from '../services.ts';
import {skaffold} from '../skaffold.ts';
import {umbrella} from '../umbrella.ts';
import {chartReadme, charts} from '../values-table.ts';

const ofUmbrella = await umbrella();

// stale? npm run generate
for (const name of serviceNames) {
  test(`the openapi.json of ${name} matches its schemas`, async t => {
    const document = await documentOf(name);
    const committed: unknown = JSON.parse(await readFile(`services/${name}/openapi.json`, 'utf8'));

    t.deepEqual(committed, JSON.parse(JSON.stringify(document)));
  });
}

for (const name of serviceNames) {
  test(`no answer in the openapi.json of ${name} lists a problem twice`, async t => {
    const text = await readFile(`services/${name}/openapi.json`, 'utf8');
    const answers = [...text.matchAll(/"description": "(`\w+`: [^"]*)"/gu)].map(([, list = '']) => list.split('; '));

    t.true(answers.length > 5);
    for (const list of answers) t.deepEqual(list, [...new Set(list)]);
  });

  test(`the chart of ${name} has the defaults, bounds and descriptions of its settings`, async t => {
    t.is(await valuesWithConfig(name), await readFile(`charts/${name}/values.yaml`, 'utf8'));
    t.deepEqual(
      JSON.parse(await schemaWithConfig(name)),
      JSON.parse(await readFile(`charts/${name}/values.schema.json`, 'utf8')),
    );
  });
}

// The formatter aligns the columns.
const squeeze = (text: string): string => text.replaceAll(/[ -]+/gu, ' ');

test('docs/configuration.md matches the schemas', async t => {
  const committed = await readFile('docs/configuration.md', 'utf8');

  t.is(squeeze(committed), squeeze(await configuration()));
});

for (const [file, text] of Object.entries(ofUmbrella)) {
  test(`${file} has every service`, async t => {
    const committed = await readFile(file, 'utf8');

    if (file.endsWith('.json')) t.deepEqual(JSON.parse(committed), JSON.parse(text));
    else t.is(committed, text);
  });
}

test('skaffold.yaml has every service', async t => {
  t.is(await readFile('skaffold.yaml', 'utf8'), await skaffold());
});

for (const chart of charts) {
  test(`the README of the chart ${chart} matches its schema and values`, async t => {
    const committed = await readFile(`charts/${chart}/README.md`, 'utf8');

    t.is(squeeze(committed), squeeze(await chartReadme(chart)));
  });
}
