import test from 'ava';
import {RequestError, TimeoutError} from 'got';
import {createAttempt, isTransient} from '../attempt.ts';

test('a refused connection may be tried again', async t => {
  const settings = {URL: 'http://127.0.0.1:1', CONNECT_MS: 10_000, ATTEMPT_MS: 10_000};

  const attempt = createAttempt('tests', settings, 1);

  const error = await t.throwsAsync(attempt({method: 'HEAD', path: 'api/things/1'}), {instanceOf: RequestError});

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
