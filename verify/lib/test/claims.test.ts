import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {chosenBy, createChecker, NotRun, shown, type Claim} from '../claims.ts';

const holds: Claim<number> = ['numbers are even', async number => shown(`${number}`, {even: number % 2 === 0})];
const hangs: Claim<number> = ['it ends', () => wait(60_000, '', {ref: false})];

function start() {
  const [lines, stopping]: [string[], AbortController] = [[], new AbortController()];
  const print = (line: string) => void lines.push(line);
  const diagnose = async () => print('diagnosis');
  return {lines, stopping, checker: createChecker({signal: stopping.signal, diagnose, print})};
}

test('a claim that holds prints its figures and seconds, and one that fails prints the reason', async t => {
  const {checker, lines} = start();

  t.true(await checker.check(holds, 4));
  t.false(await checker.check(holds, 5));

  t.false(checker.conclude());
  t.deepEqual(lines, [
    'ok   numbers are even: 4 (0 s)',
    'FAIL numbers are even: not so: even (5)',
    'diagnosis',
    '1 passed, 1 failed',
  ]);
});

test('a claim that cannot be tried says why, and counts neither as passed nor as failed', async t => {
  const {checker, lines} = start();

  t.true(await checker.check(['it flies', () => Promise.reject(new NotRun('there is no air'))], 1));

  t.true(checker.conclude());
  t.deepEqual(lines, ['     not run: it flies: there is no air', '0 passed, 0 failed']);
});

test('when a run is stopped, the current claim and all later ones fail with that reason', async t => {
  const {checker, lines, stopping} = start();

  const checked = checker.check(hangs, 1);
  stopping.abort(new Error('stopped'));

  t.deepEqual([await checked, await checker.check(holds, 2)], [false, false]);
  t.deepEqual(lines, ['FAIL it ends: stopped', 'FAIL numbers are even: stopped']);
});

for (const [words, titles] of [
  [[], ['numbers are even', 'it ends']],
  [['even', 'odd'], ['numbers are even']],
  [['odd'], []],
] as const) {
  test(`the words "${words.join(' ')}" choose ${titles.length} of two claims`, t => {
    t.deepEqual(
      chosenBy([...words], [holds, hangs]).map(([title]) => title),
      [...titles],
    );
  });
}
