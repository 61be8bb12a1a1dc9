import {setImmediate as nextTurn, setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {createFairShare} from '../fair-share.ts';

/** Whether the work is done in the next turn of the event loop. */
const isDoneAtOnce = async (work: Promise<void>): Promise<boolean> =>
  Promise.race([work.then(() => true), nextTurn(false)]);

/** Two clients, of which one has more. */
function shared() {
  const share = createFairShare();
  share.add('modest', 1);
  share.add('greedy', 2);
  return share;
}

test('the client with the most waits a quarter of a second for a refusal, while there are others', async t => {
  const start = performance.now();
  await shared().beforeRefusal('greedy');

  // A timer may fire a millisecond early.
  t.true(performance.now() - start >= 249);
});

test('a client that has less than another waits for no refusal', async t => {
  t.true(await isDoneAtOnce(shared().beforeRefusal('modest')));
});

test('a client that is alone waits for no refusal, so that an overload costs no connections', async t => {
  const share = createFairShare();
  share.add('greedy', 33);

  t.true(await isDoneAtOnce(share.beforeRefusal('greedy')));
  t.false(share.isCrowded());
});

test('a client is not alone between two requests of another', async t => {
  const share = shared();
  share.add('modest', -1);
  share.add('greedy', 30);

  t.false(await isDoneAtOnce(share.beforeRefusal('greedy')));
  t.true(share.isCrowded());
});

test('requests that wait for a refusal count as those of their client, and take no place', async t => {
  const share = shared();
  share.add('greedy', 30);
  const refusal = share.beforeRefusal('greedy');

  t.deepEqual([share.isCrowded(), share.total()], [true, 33]);
  await refusal;
  t.false(share.isCrowded());
});

for (const [requests, isTooMuch] of [
  [32, false],
  [33, true],
] as const) {
  test(`one client of several with ${requests} requests is ${isTooMuch ? '' : 'not '}greedy`, t => {
    const share = createFairShare();
    share.add('modest', 1);
    share.add('other', requests);

    t.deepEqual([share.isCrowded(), share.isGreedy('other')], [isTooMuch, isTooMuch]);
    t.false(share.isGreedy('modest'));
  });
}

test('a client that is alone is not greedy', t => {
  const share = createFairShare();
  share.add('other', 100);

  t.deepEqual([share.isCrowded(), share.isGreedy('other')], [false, false]);
});

test('a client is greedy for half a second after all it sent at once has been answered', async t => {
  const share = createFairShare();
  share.add('modest', 1);
  share.add('other', 33);
  share.add('other', -33);

  t.deepEqual([share.isCrowded(), share.isGreedy('other')], [false, true]);
  await wait(600);
  t.false(share.isGreedy('other'));
});

test('256 refusals wait at most', async t => {
  const share = shared();
  const waiting = Array.from({length: 256}, () => isDoneAtOnce(share.beforeRefusal('greedy')));

  t.deepEqual(new Set(await Promise.all(waiting)), new Set([false]));
  t.true(await isDoneAtOnce(share.beforeRefusal('greedy')));
});
