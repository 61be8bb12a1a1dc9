import {mkdir, writeFile} from 'node:fs/promises';
import {schemaWithConfig, valuesWithConfig} from './chart-config.ts';
import {configuration} from './configuration.ts';
import {documentOf, serviceNames} from './services.ts';
import {chartReadme, charts} from './values-table.ts';

// `npm run generate`: what is committed but comes from the code. A test fails when it is stale.
for (const name of serviceNames) {
  await writeFile(`services/${name}/openapi.json`, `${JSON.stringify(await documentOf(name), null, 2)}\n`);
  await writeFile(`charts/${name}/values.yaml`, await valuesWithConfig(name));
  await writeFile(`charts/${name}/values.schema.json`, await schemaWithConfig(name));
}

await mkdir('docs', {recursive: true});
await writeFile('docs/configuration.md', await configuration());

for (const chart of charts) await writeFile(`charts/${chart}/README.md`, await chartReadme(chart));
