import test from 'ava';
import {comparedWith, merged} from '../record/compare.ts';
import {htmlOf, markdownOf} from '../record/page.ts';
import type {ClaimRecord, LoadRecord, ProveRecord} from '../record/record.ts';

const load: LoadRecord = {
  name: 'load',
  sent: 12,
  failures: '2 × orders 503 <b>',
  seconds: 1.2,
  latencyMs: {p50: 1, p99: 20, p999: 30, slowest: 31},
  timeline: {'orders 201': [2, 2, 0, 0, 0, 2], 'orders 503': [0, 0, 0, 2], 'reads 200': [1, 1, 1, 1]},
  marks: [{ms: 300, what: 'pod <orders-1> deleted'}],
};

const claim = (title: string, holds = true, loads: LoadRecord[] = []): ClaimRecord => ({
  title,
  holds,
  figures: '0 of 12 | failed',
  seconds: 2,
  commit: 'abc',
  date: '2026-11-27',
  loads,
});

const recordOf = (...claims: ClaimRecord[]): ProveRecord => ({
  version: '1.0.0',
  place: {machine: '2 cores', kubernetes: 'v1.34.4', rate: 100},
  claims,
});

test('the table of a record has a row for each claim, whatever its figures say', t => {
  const page = markdownOf(recordOf(claim('pods are deleted', true, [load]), claim('it holds', false)));

  t.regex(page, /^\| pods are deleted \| yes \| 0 of 12 \\\| failed \| 2 \| abc \|$/mu);
  t.regex(page, /^\| it holds \| no \|/mu);
  t.true(page.includes('1 of 2 hold.'));
});

test('the page of a record needs nothing from elsewhere, and shows each load by time with what happened', t => {
  const page = htmlOf(recordOf(claim('pods are deleted', true, [load])));

  t.notRegex(page, /<script|(?:src|href)=|url\(/u);
  t.true(page.includes('<li>0.3 s: pod &lt;orders-1> deleted</li>'));
  t.false(page.includes('<orders-1>'));
  t.false(page.includes('<b>'));
  // Six right orders and two wrong ones: a bar in each colour for the first half second.
  t.regex(page, /<path class="good" d="M[\d. ]+v-\d+M[\d. ]+v-\d+"\/><path class="bad" d="M[\d. ]+v-\d+"\/>/u);
});

test('a run beside the last record says which claims hold no more, hold again, or are new', t => {
  const last = recordOf(claim('one'), claim('two', false), claim('three'));
  const now = recordOf(claim('one', false), claim('two'), claim('four'), claim('three'));

  t.deepEqual(comparedWith(last, now).split('\n  '), [
    'Beside the last record:',
    'holds no more, unlike at abc: one',
    'holds again, unlike at abc: two',
    'new: four',
  ]);
  t.is(comparedWith(last, last).split('\n  ').at(-1), 'as before');
});

test('a run replaces what the last record has of its claims, and leaves the others', t => {
  const last = recordOf(claim('one'), claim('two'));
  const now = recordOf(claim('three'), claim('two', false));

  t.deepEqual(
    merged(last, now).claims.map(({title, holds}) => [title, holds]),
    [
      ['one', true],
      ['two', false],
      ['three', true],
    ],
  );
  t.is(merged(undefined, now), now);
});

test('a record of another place has nothing of the last one', t => {
  const now = {...recordOf(claim('two')), place: {machine: '8 cores', kubernetes: 'v1.34.4', rate: 100}};

  t.is(merged(recordOf(claim('one')), now), now);
});
