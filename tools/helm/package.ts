import {rm} from 'node:fs/promises';
import {parseArgs} from 'node:util';
import {packageCharts} from './archives.ts';
import {findOrFetchHelm} from './find.ts';

// `npm run charts:package -- --version 0.1.0+4e5cbb7b97d0 --app-version 4e5cbb7b97d0`: an archive of each chart.

const FOLDER = 'dist/charts';

try {
  const {values} = parseArgs({options: {version: {type: 'string'}, 'app-version': {type: 'string'}}});
  await findOrFetchHelm(console.error);
  // Archives of another version would be published with these.
  await rm(FOLDER, {recursive: true, force: true});
  const archives = await packageCharts(FOLDER, {version: values.version, appVersion: values['app-version']});
  console.log([...archives.values()].join('\n'));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
