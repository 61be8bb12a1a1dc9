import test from 'ava';
import {randomFrom, shuffled} from '../random.ts';

const SEEDS = Array.from({length: 100}, (_, seed) => seed);

test('shuffling gives every order of three items, and loses none of them', t => {
  const orders = new Set(SEEDS.map(seed => shuffled(['a', 'b', 'c'], randomFrom(seed)).join('')));

  t.deepEqual([...orders].toSorted(), ['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
});
