import test from 'ava';
import {createBulkhead} from '../bulkhead.ts';
import {currentContext, newContext, runInContext} from '../../context.ts';

const never = AbortSignal.any([]);

/** A bulkhead for two running and three waiting calls. The test decides when they end. */
function startBulkhead() {
  let rejected = 0;
  const {limited, counts} = createBulkhead(
    () => 2,
    3,
    () => (rejected += 1),
  );
  const calls: PromiseWithResolvers<string>[] = [];
  const call = (signal = never) =>
    limited(() => {
      const call = Promise.withResolvers<string>();
      calls.push(call);
      return call.promise;
    }, signal);
  return {limited, call, calls, counts, rejected: () => rejected};
}

test('two calls run, three wait, and further calls are rejected at once', async t => {
  const {call, calls, counts, rejected} = startBulkhead();
  const running = Array.from({length: 5}, () => call());

  await t.throwsAsync(call(), {message: /capacity exceeded/u});
  t.deepEqual(counts(), {running: 2, waiting: 3});
  t.is(calls.length, 2);
  t.is(rejected(), 1);

  for (let ended = 0; ended < running.length; ended++) {
    calls[ended]?.resolve('done');
    await running[ended];
  }
  t.deepEqual(counts(), {running: 0, waiting: 0});
});

test('a call that fails frees its place', async t => {
  const {call, calls} = startBulkhead();
  const [first, , third] = [call(), call(), call()];

  calls[0]?.reject(new Error('fails'));
  await t.throwsAsync(first, {message: 'fails'});
  calls[2]?.resolve('done');

  t.is(await third, 'done');
});

test('a call that is cancelled while it waits leaves the queue and is not made', async t => {
  const {call, calls, counts} = startBulkhead();
  const deadline = new AbortController();
  const [first] = [call(), call()];
  const waiting = call(deadline.signal);
  t.deepEqual(counts(), {running: 2, waiting: 1});
  deadline.abort();
  t.deepEqual(counts(), {running: 2, waiting: 0});

  calls[0]?.resolve('done');

  await first;
  await t.throwsAsync(waiting, {message: /cancelled/u});
  t.is(calls.length, 2);
});

test('a call that waited runs in the context of its own request', async t => {
  const {limited, call, calls} = startBulkhead();
  const own = newContext('', 'own');
  const [first] = runInContext(newContext('', 'another'), () => [call(), call()]);
  const waiting = runInContext(own, () => limited(() => Promise.resolve(currentContext()), never));

  calls[0]?.resolve('done');

  await first;
  t.is(await waiting, own);
});

test('a limit that changes holds for the calls that begin next', async t => {
  let max = 2;
  const {limited, counts} = createBulkhead(
    () => max,
    9,
    () => undefined,
  );
  const ends: (() => void)[] = [];
  const calls = Array.from({length: 6}, () => limited(() => new Promise<void>(resolve => ends.push(resolve))));
  const endOne = async () => {
    ends.shift()?.();
    await new Promise(setImmediate);
    return counts().running;
  };

  max = 1;
  const fewer = [await endOne(), await endOne()];
  max = 3;
  const more = await endOne();
  while (ends.length > 0) await endOne();
  await Promise.all(calls);

  t.deepEqual([fewer, more, counts()], [[1, 1], 3, {running: 0, waiting: 0}]);
});
