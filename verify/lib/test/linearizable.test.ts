import test from 'ava';
import {isLinearizable, type Operation} from '../linearizable.ts';

type Register = Operation<number>;

const read = (start: number, end: number, value: number): Register => ({
  start,
  end,
  apply: state => (state === value ? state : undefined),
});
const write = (start: number, end: number, value: number): Register => ({start, end, apply: () => value});
/** A change of this value to another. */
const swap = (start: number, end: number, from: number, to: number): Register => ({
  start,
  end,
  apply: state => (state === from ? to : undefined),
});

for (const [what, operations, expected] of [
  ['nothing', [], true],
  ['a read of the first value', [read(0, 1, 0)], true],
  ['a read of a value that nobody wrote', [read(0, 1, 7)], false],
  ['a read after a write', [write(0, 1, 5), read(2, 3, 5)], true],
  ['a stale read after a write', [write(0, 1, 5), read(2, 3, 0)], false],
  ['a read of the old value while it is written', [write(0, 3, 5), read(1, 2, 0)], true],
  ['a read of the new value while it is written', [write(0, 3, 5), read(1, 2, 5)], true],
  ['the old value after somebody has read the new one', [write(0, 9, 5), read(1, 2, 5), read(3, 4, 0)], false],
  ['two writes at once, read in either order', [write(0, 3, 5), write(0, 3, 6), read(4, 5, 5), read(6, 7, 5)], true],
  ['two writes at once, read as both', [write(0, 3, 5), write(0, 3, 6), read(4, 5, 5), read(6, 7, 6)], false],
  ['a write of unknown outcome that happened', [write(0, Infinity, 5), read(9, 10, 5)], true],
  ['a write of unknown outcome that never happened', [write(0, Infinity, 5), read(9, 10, 0)], true],
  [
    'a write of unknown outcome that happened twice',
    [write(0, Infinity, 5), write(3, 4, 6), read(1, 2, 5), read(5, 6, 6), read(7, 8, 5)],
    false,
  ],
  ['a lost update', [swap(0, 2, 0, 1), swap(0, 2, 0, 1)], false],
  ['two swaps in a row, seen from behind', [swap(0, 9, 1, 2), swap(0, 9, 0, 1), read(10, 11, 2)], true],
] as const) {
  test(`${what} is ${expected ? '' : 'not '}linearizable`, t => {
    t.is(isLinearizable([...operations], 0), expected);
  });
}

test('a thousand operations of twenty clients are judged at once', t => {
  const operations = Array.from({length: 1_000}, (_, index) => {
    const start = Math.floor(index / 20) * 10;
    return index % 200 === 0
      ? write(start, start + 5, index)
      : read(start + 6, start + 9, Math.floor(index / 200) * 200);
  });

  t.true(isLinearizable(operations, -1));
  t.false(isLinearizable([...operations, read(1_000, 1_001, 7)], -1));
});
