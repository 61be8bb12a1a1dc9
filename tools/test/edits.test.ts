import test from 'ava';
import {edited, type Edit} from '../make/edits.ts';

const TEXT = 'one two three two';

for (const [what, edit, result] of [
  ['before a part', {before: 'three', add: 'and '}, 'one two and three two'],
  ['after a part', {after: 'one', add: ','}, 'one, two three two'],
  ['instead of a part', {replace: 'three', by: '$&'}, 'one two $& two'],
  ['instead of all up to another part', {from: 'one', to: 'three', by: 'no '}, 'no three two'],
  ['instead of all up to the end', {from: ' three'}, 'one two'],
  ['instead of a pattern', {all: /two/gu, by: '2'}, 'one 2 three 2'],
] as [string, Edit, string][]) {
  test(`an edit writes ${what}`, t => {
    t.is(edited('a.ts', TEXT, [edit]), result);
  });
}

for (const [what, edit] of [
  ['before a part that is gone', {before: 'four', add: ''}],
  ['after a part that is there twice', {after: 'two', add: ''}],
  ['instead of a part that is there twice', {replace: 'two', by: ''}],
  ['from a part that is there twice', {from: 'two'}],
  ['up to a part that is not behind the other', {from: 'three', to: 'one'}],
] as [string, Edit][]) {
  test(`an edit ${what} fails and names the file`, t => {
    t.throws(() => edited('a.ts', TEXT, [edit]), {message: /^a\.ts has /u});
  });
}
