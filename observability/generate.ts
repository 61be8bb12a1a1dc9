import {mkdir, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {files} from './files.ts';

// `npm run generate`: dashboards, alerts and their tests. A test fails when they are stale.
for (const [file, text] of Object.entries(files())) {
  await mkdir(dirname(file), {recursive: true});
  await writeFile(file, text);
}
