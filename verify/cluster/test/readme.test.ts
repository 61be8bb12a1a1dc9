import {readFile} from 'node:fs/promises';
import test from 'ava';
import {htmlOf} from '../record/page.ts';
import {readRecord, type ProveRecord} from '../record/record.ts';
import {picture} from '../record/timeline.ts';
import {picturesOf} from '../record/write.ts';

const README = await readFile('README.md', 'utf8');

/** The version whose record the README shows. */
const shown = /\(reports\/([^/)]+)\//u.exec(README)?.[1] ?? '';
const record: ProveRecord = await readRecord(shown);

/** The numbers of a text, such as 0 and 11,746. */
const numbersIn = (text: string): string[] => text.match(/\d[\d,.]*(?<![,.])/gu) ?? [];

/** The rows of the README's table that a claim about a cluster proves: its figure, and the word of its command. */
const rows = [...README.matchAll(/^\|[^|]+\|([^|]+)\| `npm run prove -- (\w+)`/gmu)].map(
  ([, figure = '', word = '']) => ({figure, word}),
);

test('the README shows claims about a cluster', t => {
  t.true(rows.length >= 4);
});

for (const {figure, word} of rows) {
  test(`the figure of the README about "${word}" is in the record`, t => {
    const found = record.claims.filter(({title}) => title.includes(word));
    const {rate} = record.place;
    const known = numbersIn([...found.map(({figures}) => figures), rate, rate * 2].join(' '));

    t.true(found.length > 0 && found.every(({holds}) => holds));
    for (const number of numbersIn(figure)) t.true(known.includes(number), number);
  });
}

test('the page of the record, and the pictures in docs, are made from its data', async t => {
  t.is(await readFile(`reports/${shown}/index.html`, 'utf8'), htmlOf(record));
  for (const [file, load] of Object.entries(picturesOf(record))) t.is(await readFile(file, 'utf8'), picture(load));
});
