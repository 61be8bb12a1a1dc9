import test from 'ava';
import {timeLeft, withDeadline, within} from '../deadline.ts';

const never = () => new Promise<never>(() => undefined);

test('an operation that ends in time keeps its result or error', async t => {
  t.is(await within(1_000, () => Promise.resolve('done')), 'done');
  await t.throwsAsync(
    within(1_000, () => Promise.reject(new Error('broken'))),
    {message: 'broken'},
  );
});

test('without a deadline, only the timeout of the operation counts', async t => {
  t.is(timeLeft(), Infinity);

  await t.throwsAsync(within(10, never), {name: 'OperationTimeout', message: 'no answer within 10 ms'});
});

test('a deadline cuts a longer timeout short', async t => {
  const timeout = {name: 'OperationTimeout', message: /within \d{1,2} ms/u};

  await withDeadline(50, () => t.throwsAsync(within(60_000, never), timeout));
});

test('an operation is not started when no time is left', async t => {
  let begun = false;
  const write = () => {
    begun = true;
    return Promise.resolve();
  };

  await withDeadline(0, () => t.throwsAsync(within(1_000, write), {name: 'OperationTimeout'}));

  t.false(begun);
});
