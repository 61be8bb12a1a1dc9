import {access, readFile} from 'node:fs/promises';
import test from 'ava';
import {replaceOnce, titlesOf} from '../copy.ts';
import {defects} from '../defects.ts';
import {PAGE} from '../table.ts';

test('each defect still has its place in the code, changes it, and names tests that exist', async t => {
  for (const {name, file, from, to, caughtBy} of defects) {
    const text = await readFile(file, 'utf8');
    t.not(replaceOnce(text, from, to), text, name);
    await t.notThrowsAsync(access(caughtBy), name);
  }
});

test('each defect has a name of its own and a row in the table', async t => {
  const table = await readFile(PAGE, 'utf8');
  const missing = defects.filter(({name, cost}) => !table.includes(`| ${name}`) || !table.includes(`| ${cost}`));

  t.is(new Set(defects.map(({name}) => name)).size, defects.length);
  t.deepEqual(missing, []);
});

test('a text that is there twice or not at all cannot be replaced', t => {
  t.is(replaceOnce('a b c', 'b', '$&'), 'a $& c');
  t.throws(() => replaceOnce('a b b', 'b', 'c'), {message: 'not there once: b'});
  t.throws(() => replaceOnce('a', 'b', 'c'), {message: 'not there once: b'});
});

test('the failed tests are read from what ava prints', t => {
  const list = '  ✔ a › passes\n  ✘ [fail]: orders › test › the total is exact 1 !== 2\n  ─\n';
  const details = '\n  orders › test › the total is exact\n\n  services/orders/test/money.test.ts:5\n\n   4: test\n';

  const rejected = '\n  the pod drains\n\n  Rejected promise returned by test. Reason:\n';

  t.deepEqual(titlesOf(list + details + rejected), ['the total is exact', 'the pod drains']);
  t.deepEqual(titlesOf('  ✔ a › passes\n'), []);
});
