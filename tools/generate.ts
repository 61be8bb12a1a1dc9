import {mkdir, writeFile} from 'node:fs/promises';
import {schemaWithConfig, valuesWithConfig} from './chart-config.ts';
import {configuration} from './configuration.ts';
import {documentOf, serviceNames} from './services.ts';
import {skaffold} from './skaffold.ts';
import {umbrella} from './umbrella.ts';
import {chartReadme, charts} from './values-table.ts';

// `npm run generate` writes the files that are made from code or from each other. A test fails when one is stale.
for (const name of serviceNames) {
  await writeFile(`services/${name}/openapi.json`, `${JSON.stringify(await documentOf(name), null, 2)}\n`);
  await writeFile(`charts/${name}/values.yaml`, await valuesWithConfig(name));
  await writeFile(`charts/${name}/values.schema.json`, await schemaWithConfig(name));
}

await writeFile('skaffold.yaml', await skaffold());

await mkdir('docs', {recursive: true});
await writeFile('docs/configuration.md', await configuration());

for (const [file, text] of Object.entries(await umbrella())) await writeFile(file, text);

for (const chart of charts) await writeFile(`charts/${chart}/README.md`, await chartReadme(chart));
