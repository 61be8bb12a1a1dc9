import {mkdir, rm, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {files, FOLDER} from './files.ts';

// `npm run generate`: dashboards, alerts and their tests. A test fails when they are stale.

// The files of a removed service go as well.
for (const made of ['dashboards', 'rules']) await rm(`${FOLDER}/${made}`, {recursive: true, force: true});

for (const [file, text] of Object.entries(files())) {
  await mkdir(dirname(file), {recursive: true});
  await writeFile(file, text);
}
