import test from 'ava';
import {RequestError, TimeoutError} from 'got';
import {newId} from '#platform/ids.ts';
import {createAttempt, isTransient} from '../users-attempt.ts';

const never = AbortSignal.any([]);

test('a refused connection may be tried again', async t => {
  const settings = {USERS_URL: 'http://127.0.0.1:1', USERS_CONNECT_MS: 10_000, USERS_ATTEMPT_MS: 10_000};

  const error = await t.throwsAsync(createAttempt(settings, 1)(newId(), undefined, never), {instanceOf: RequestError});

  t.is(error?.code, 'ECONNREFUSED');
  t.true(isTransient(error));
});

for (const [event, may] of [
  ['lookup', true],
  ['connect', true],
  ['secureConnect', true],
  ['response', false],
  ['request', false],
] as const) {
  test(`an attempt whose ${event} took too long ${may ? 'may' : 'may not'} be tried again`, t => {
    const error = Object.assign(Object.create(TimeoutError.prototype) as TimeoutError, {event});

    t.is(isTransient(error), may);
  });
}

test('an error of our own is not tried again', t => {
  t.false(isTransient(new TypeError('a bug')));
});
