import test from 'ava';
import {randomFrom} from '../../random.ts';
import {arrivals} from '../arrivals.ts';

test('the same seed gives the same arrivals, another seed gives others', t => {
  const arrivalsOf = (seed: number) => [...arrivals(randomFrom(seed), 200, 1_000)];

  t.deepEqual(arrivalsOf(7), arrivalsOf(7));
  t.notDeepEqual(arrivalsOf(7), arrivalsOf(8));
});

test('requests arrive in order, in the given time, and at the given rate', t => {
  const times = [...arrivals(randomFrom(7), 200, 100_000)];

  t.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  t.true(times.every(time => time > 0 && time < 100_000));
  // Within four standard deviations of a Poisson process.
  t.true(Math.abs(times.length - 20_000) < 4 * Math.sqrt(20_000));
});

test('at a rate of 0 no request arrives', t => {
  t.deepEqual([...arrivals(randomFrom(7), 0, 100_000)], []);
});
