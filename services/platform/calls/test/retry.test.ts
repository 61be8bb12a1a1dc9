import test from 'ava';
import {createRetry, type RetryOutcome} from '../retry.ts';

const transient = new Error('transient');
const never = AbortSignal.any([]);

function startRetry() {
  const outcomes: RetryOutcome[] = [];
  const retried = createRetry({
    isTransient: error => error === transient,
    onRetry: outcome => outcomes.push(outcome),
  });
  let attempts = 0;
  const run = (errors: Error[] = [], signal = never) =>
    retried(() => {
      attempts += 1;
      const error = errors.shift();
      return error ? Promise.reject(error) : Promise.resolve('works');
    }, signal);
  const earn = async (calls: number) => {
    for (let count = 0; count < calls; count++) await run();
    attempts = 0;
  };
  return {run, earn, outcomes, attempts: () => attempts};
}

test('a transient error is retried once', async t => {
  const {run, earn, outcomes, attempts} = startRetry();
  await earn(10);

  t.is(await run([transient]), 'works');
  t.is(attempts(), 2);
  t.deepEqual(outcomes, ['done']);
});

test('a second error is not retried', async t => {
  const {run, earn, attempts} = startRetry();
  await earn(100);

  t.is(await t.throwsAsync(run([transient, transient])), transient);
  t.is(attempts(), 2);
});

test('any other error is not retried', async t => {
  const {run, earn, outcomes, attempts} = startRetry();
  await earn(100);

  await t.throwsAsync(run([new Error('for good')]), {message: 'for good'});

  t.is(attempts(), 1);
  t.deepEqual(outcomes, []);
});

test('ten calls earn one retry, nine do not', async t => {
  const {run, earn, outcomes} = startRetry();
  await earn(8);

  await t.throwsAsync(run([transient]), {is: transient});
  t.is(await run([transient]), 'works');

  t.deepEqual(outcomes, ['no_budget', 'done']);
});

test('a long calm saves up ten retries, no more', async t => {
  const {run, earn, outcomes} = startRetry();
  await earn(1_000);

  await Promise.allSettled(Array.from({length: 11}, () => run([transient])));

  t.is(outcomes.filter(outcome => outcome === 'done').length, 10);
});

test('500 failing calls are never more than 550 attempts', async t => {
  const {run, outcomes, attempts} = startRetry();

  for (let calls = 10; calls <= 500; calls += 10) {
    await Promise.allSettled(Array.from({length: 10}, () => run([transient, transient])));
    t.is(attempts() * 10, calls * 11);
  }

  t.is(outcomes.length, 500);
});

test('no retry starts after the signal is aborted', async t => {
  const {run, earn, attempts} = startRetry();
  await earn(10);

  await t.throwsAsync(run([transient], AbortSignal.abort()), {name: 'AbortError'});

  t.is(attempts(), 1);
});
