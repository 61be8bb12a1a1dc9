import test from 'ava';
import type {Context} from 'koa';
import {boundHeavy} from '../bound-requests.ts';
import {AppError, overloaded} from '../errors.ts';
import type {Overload} from '../overload.ts';

const overload = {
  isGreedy: client => client === 'greedy',
  beforeRefusal: () => Promise.resolve(),
  refuse: () => overloaded,
} as Pick<Overload, 'isGreedy' | 'beforeRefusal' | 'refuse'> as Overload;

/**
 * Sends heavy requests of these clients at once. Resolves with the milliseconds after which each was begun, or with the
 * code of its refusal.
 */
async function send(clients: string[]): Promise<(number | string)[]> {
  const start = performance.now();
  const bounded = boundHeavy(overload, request => String(request.headers.from));
  return Promise.all(
    clients.map(async from => {
      let time = NaN;
      const next = () => Promise.resolve(void (time = performance.now() - start));
      try {
        await bounded({req: {headers: {from}}} as Context, next);
        return time;
      } catch (error) {
        return error instanceof AppError ? error.kind.code : String(error);
      }
    }),
  );
}

test('heavy answers of a client that asks for too much are made one at a time, with pauses, and no other waits for them', async t => {
  const [first, second, third, another] = (await send(['greedy', 'greedy', 'greedy', 'another'])) as [
    number,
    number,
    number,
    number,
  ];

  // A timer may fire a millisecond early.
  t.true(first >= 19);
  t.true(second >= first + 19);
  t.true(third >= second + 19);
  t.true(another < first);
});

test('of 40 heavy answers at once of a client that asks for too much, one is made, 32 wait, and the others are refused', async t => {
  const outcomes = await send(Array<string>(40).fill('greedy'));

  t.is(outcomes.filter(outcome => outcome === 'overloaded').length, 7);
  t.is(outcomes.filter(outcome => typeof outcome === 'number').length, 33);
});
