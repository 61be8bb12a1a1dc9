import {readFile} from 'node:fs/promises';
import test from 'ava';
import {pages} from '../page.ts';

// The formatter aligns the columns.
const squeeze = (text: string): string => text.replaceAll(/[ -]+/gu, ' ');

// stale? npm run bench -- --record
for (const [file, text] of Object.entries(await pages())) {
  test(`${file} has the figures of the record`, async t => {
    t.is(squeeze(await readFile(file, 'utf8')), squeeze(text));
  });
}
