import test from 'ava';
import {timeLeft, withDeadline, within} from '../deadline.ts';

const never = () => new Promise<never>(() => undefined);

test('an operation that ends in time gives what it gives', async t => {
  t.is(await within(1_000, () => Promise.resolve('done')), 'done');
  await t.throwsAsync(
    within(1_000, () => Promise.reject(new Error('broken'))),
    {message: 'broken'},
  );
});

test('without a deadline an operation is waited for as long as it says', async t => {
  t.is(timeLeft(), Infinity);

  await t.throwsAsync(within(10, never), {name: 'OperationTimeout', message: 'no answer within 10 ms'});
});

test('with a deadline no operation is waited for longer', async t => {
  const timeout = {name: 'OperationTimeout', message: /within \d{1,2} ms/u};

  await withDeadline(50, () => t.throwsAsync(within(60_000, never), timeout));
});

test('an operation for which no time is left is not begun', async t => {
  let begun = false;
  const write = () => {
    begun = true;
    return Promise.resolve();
  };

  await withDeadline(0, () => t.throwsAsync(within(1_000, write), {name: 'OperationTimeout'}));

  t.false(begun);
});
