import test from 'ava';
import {newContext, runInContext} from '../context.ts';
import {timeLeft, withDeadline, within} from '../deadline.ts';

const never = () => new Promise<never>(() => undefined);
const inRequest = <T>(ms: number, work: () => T): T => runInContext(newContext(), () => withDeadline(ms, work));

test('an operation that ends in time gives what it gives', async t => {
  t.is(await within(1_000, () => Promise.resolve('done')), 'done');
  await t.throwsAsync(
    within(1_000, () => Promise.reject(new Error('broken'))),
    {message: 'broken'},
  );
});

test('outside a request an operation is waited for as long as it says', async t => {
  t.is(timeLeft(), Infinity);

  await t.throwsAsync(within(10, never), {name: 'OperationTimeout', message: 'no answer within 10 ms'});
});

test('in a request no operation is waited for longer than the request may take', async t => {
  const timeout = {name: 'OperationTimeout', message: /within \d{1,2} ms/u};

  await inRequest(50, () => t.throwsAsync(within(60_000, never), timeout));
});

test('an operation for which a request has no time left is not begun', async t => {
  let begun = false;
  const write = () => {
    begun = true;
    return Promise.resolve();
  };

  await inRequest(0, () => t.throwsAsync(within(1_000, write), {name: 'OperationTimeout'}));

  t.false(begun);
});
