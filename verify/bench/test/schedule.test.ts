import test from 'ava';
import {randomFrom, shuffled} from '../../lib/random.ts';
import {arrivals} from '../schedule.ts';

const SEEDS = Array.from({length: 100}, (_, seed) => seed);

test('the same seed gives the same schedule, another seed another', t => {
  const scheduleOf = (seed: number) => arrivals(randomFrom(seed), 200, 1_000);

  t.deepEqual(scheduleOf(7), scheduleOf(7));
  t.notDeepEqual(scheduleOf(7), scheduleOf(8));
});

test('requests arrive in order, within their time, and as many as the rate says', t => {
  const times = arrivals(randomFrom(7), 200, 100_000);

  t.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  t.true(times.every(time => time > 0 && time < 100_000));
  // Within four standard deviations of a Poisson process.
  t.true(Math.abs(times.length - 20_000) < 4 * Math.sqrt(20_000));
});

test('every order of three things comes, and each has all of them', t => {
  const orders = new Set(SEEDS.map(seed => shuffled(['a', 'b', 'c'], randomFrom(seed)).join('')));

  t.deepEqual([...orders].toSorted(), ['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
});
