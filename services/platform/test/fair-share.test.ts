import {setImmediate as nextTurn} from 'node:timers/promises';
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
  share.add('greedy', 2);

  t.true(await isDoneAtOnce(share.beforeRefusal('greedy')));
  t.is(share.most(), 0);
});

test('a client is not alone between two requests of another', async t => {
  const share = shared();
  share.add('modest', -1);

  t.false(await isDoneAtOnce(share.beforeRefusal('greedy')));
  t.is(share.most(), 3);
});

test('requests that wait for a refusal count as those of their client, and take no place', async t => {
  const share = shared();
  const [before, refusal] = [share.most(), share.beforeRefusal('greedy')];

  t.deepEqual([before, share.most(), share.total()], [2, 3, 3]);
  await refusal;
  t.is(share.most(), 2);
});

test('256 refusals wait at most', async t => {
  const share = shared();
  const waiting = Array.from({length: 256}, () => isDoneAtOnce(share.beforeRefusal('greedy')));

  t.deepEqual(new Set(await Promise.all(waiting)), new Set([false]));
  t.true(await isDoneAtOnce(share.beforeRefusal('greedy')));
});
