import test from 'ava';
import {RequestError, TimeoutError} from 'got';
import {createAttempt, isTransient} from '../attempt.ts';

test('a refused connection is transient', async t => {
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
  test(`a timeout of the ${event} ${may ? 'is' : 'is not'} transient`, t => {
    const error = Object.assign(Object.create(TimeoutError.prototype) as TimeoutError, {event});

    t.is(isTransient(error), may);
  });
}

test('an error in our own code is not transient', t => {
  t.false(isTransient(new TypeError('a bug')));
});
