import {readFile, writeFile} from 'node:fs/promises';
import {schemaWithConfig, valuesWithConfig} from './chart-config.ts';
import {serviceNames} from './services.ts';
import {replaceSettings} from './settings-table.ts';
import {chartReadme, charts} from './values-table.ts';

// `npm run generate`: what is committed but comes from the code. A test fails when it is stale.
for (const name of serviceNames) {
  const {document} = (await import(`../services/${name}/routes.ts`)) as {document: unknown};
  await writeFile(`services/${name}/openapi.json`, `${JSON.stringify(document, null, 2)}\n`);
  await writeFile(`charts/${name}/values.yaml`, await valuesWithConfig(name));
  await writeFile(`charts/${name}/values.schema.json`, await schemaWithConfig(name));
}

const readme = await readFile('README.md', 'utf8');
await writeFile('README.md', await replaceSettings(readme));

for (const chart of charts) await writeFile(`charts/${chart}/README.md`, await chartReadme(chart));
