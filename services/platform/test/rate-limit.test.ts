import test from 'ava';
import {Registry} from 'prom-client';
import {AppError} from '../errors.ts';
import {createRateLimit, createRateLimits, type RateLimit} from '../rate-limit.ts';

/** A clock that a test sets, in milliseconds. */
const clock = () => {
  const set = {at: 1_000_000};
  return {set, now: () => set.at};
};

/** How many of this many calls in a row the limit allows. */
function passes(limit: RateLimit, key: string, times: number): number {
  let passed = 0;
  for (let count = 0; count < times; count++) {
    try {
      limit(key);
      passed += 1;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return passed;
}

for (const [perMinute, burst] of [
  [1, 1],
  [3, 3],
  [7, 7],
  [10, 10],
  [60, 10],
  [600, 60],
  [999, 100],
] as const) {
  test(`a limit of ${perMinute} calls a minute allows a burst of ${burst}, and ${perMinute} in the next minute`, t => {
    const {set, now} = clock();
    const limit = createRateLimit(perMinute, undefined, now);

    const first = passes(limit, 'ann', perMinute + 5);
    let next = 0;
    for (let second = 0; second < 60; second += 1) {
      set.at += 1_000;
      next += passes(limit, 'ann', perMinute + 5);
    }
    set.at += 60_000;
    const second = passes(limit, 'ann', perMinute + 5);

    t.deepEqual([first, next, second], [burst, perMinute, burst]);
  });
}

test('calls become available one by one, and never more than one minute of them', t => {
  const {set, now} = clock();
  const limit = createRateLimit(6, undefined, now);
  passes(limit, 'ann', 6);

  set.at += 9_999;
  const early = passes(limit, 'ann', 6);
  set.at += 1;
  const inTime = passes(limit, 'ann', 6);
  set.at += 60 * 60_000;
  const muchLater = passes(limit, 'ann', 100);

  t.deepEqual([early, inTime, muchLater], [0, 1, 6]);
});

test('a refused caller is told when to retry, and is accepted then', t => {
  const {set, now} = clock();
  const limit = createRateLimit(6, undefined, now);
  passes(limit, 'ann', 6);
  set.at += 3_500;

  const error = t.throws(() => limit('ann'), {instanceOf: AppError});

  t.like(error?.kind, {status: 429, code: 'too_many_requests', retryAfter: 7});
  set.at += 7_000;
  t.notThrows(() => limit('ann'));
});

test('each key has its own limit', t => {
  const limit = createRateLimit(2);
  passes(limit, 'ann', 5);

  t.is(passes(limit, 'ben', 5), 2);
});

test('beyond ten thousand keys, the least recently used one is evicted, so that memory is bounded', t => {
  const {now} = clock();
  const limit = createRateLimit(1, undefined, now);
  const call = (key: string) => passes(limit, key, 1);
  call('first');
  call('second');
  for (let key = 0; key < 9_998; key++) call(String(key));

  const known = call('first');
  call('one more');

  t.is(known, 0);
  t.deepEqual([call('first'), call('second')], [0, 1]);
});

test('refusals are counted by kind, and the metric does not contain the keys', async t => {
  const registry = new Registry();
  const limitOf = createRateLimits(registry, true);
  const [address, account] = [limitOf('address', 1), limitOf('account', 1)];
  passes(address, '127.0.0.1', 3);
  passes(account, 'ann@example.com', 1);

  const text = await registry.metrics();

  t.regex(text, /rate_limited_requests_total\{kind="address"\} 2/u);
  t.regex(text, /rate_limited_requests_total\{kind="account"\} 0/u);
  t.notRegex(text, /127\.0\.0\.1|ann@/u);
});

for (const [what, isOn, perMinute] of [
  ['with rate limits switched off', false, 1],
  ['with a limit of 0', true, 0],
] as const) {
  test(`${what}, nobody is refused`, t => {
    t.is(passes(createRateLimits(new Registry(), isOn)('address', perMinute), '127.0.0.1', 1_000), 1_000);
  });
}
