import test from 'ava';
import {quartilesOf} from '../quartiles.ts';

for (const [values, lower, median, upper] of [
  [[3], 3, 3, 3],
  [[10, 2, 1], 1.5, 2, 6],
  [[4, 1, 3, 2], 1.75, 2.5, 3.25],
  [[5, 4, 3, 2, 1], 2, 3, 4],
] as const) {
  test(`the quartiles of ${values.join(', ')} are ${lower}, ${median} and ${upper}`, t => {
    t.deepEqual(quartilesOf([...values]), {lower, median, upper, count: values.length});
  });
}

test('no values have no quartiles', t => {
  t.throws(() => quartilesOf([]), {instanceOf: RangeError});
});
