import test from 'ava';
import {createBursts} from '../bursts.ts';

test('of ten that come together, four go on in each turn of the event loop, in order', async t => {
  const turn = createBursts();
  const went: number[] = [];
  const all = Array.from({length: 10}, async (_, index) => {
    await turn();
    went.push(index);
  });

  const seen: number[] = [];
  while (went.length < 10) {
    await new Promise(resolve => setImmediate(resolve));
    seen.push(went.length);
  }
  await Promise.all(all);

  t.deepEqual(seen, [4, 8, 10]);
  t.deepEqual(went, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('who comes after the others have gone on waits for the next turn', async t => {
  const turn = createBursts();
  await turn();
  let hasGoneOn = false;
  const second = turn().then(() => (hasGoneOn = true));

  await Promise.resolve();
  t.false(hasGoneOn);
  t.true(await second);
});
