import {readFile} from 'node:fs/promises';
import test from 'ava';
import {parse} from 'yaml';
import {files} from '../files.ts';

// stale? npm run generate
for (const [file, text] of Object.entries(files())) {
  test(`${file} is what observability/ generates`, async t => {
    const committed: unknown = parse(await readFile(file, 'utf8'));

    t.deepEqual(committed, parse(text));
  });
}
