import {mock} from 'node:test';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {createBreaker, type BreakerState, type Verdict} from '../breaker.ts';

// The tests share one clock, so they run serially.
let time = 1_000_000;
const pass = (ms: number) => void (time += ms);

const works = () => Promise.resolve('works');
const fails = () => Promise.reject(new Error('fails'));
const ours = () => Promise.reject(new Error('ours'));
const answers = () => Promise.reject(new Error('answers'));
const open = {name: 'BreakerOpen', message: /breaker is open/u};

const verdicts: Record<string, Verdict> = {fails: 'failed', answers: 'answered'};

function startBreaker() {
  const states: BreakerState[] = [];
  const broken = createBreaker({
    verdictOf: error => verdicts[(error as Error).message] ?? 'not_asked',
    onState: state => states.push(state),
    now: () => time,
  });
  const run = async (call: () => Promise<string>, times: number) => {
    for (let count = 0; count < times; count++) await broken(call).catch(() => undefined);
  };
  return {broken, run, states};
}

for (const [what, successes, failures, isOpen] of [
  ['nine failures in nine calls', 0, 9, false],
  ['ten failures in ten calls', 0, 10, true],
  ['five failures in ten calls', 5, 5, true],
  ['five failures in eleven calls', 6, 5, false],
] as const) {
  test.serial(`after ${what} the breaker is ${isOpen ? 'open' : 'closed'}`, async t => {
    const {run, states} = startBreaker();

    await run(works, successes);
    await run(fails, failures);

    t.is(states.at(-1), isOpen ? 'open' : 'closed');
  });
}

test.serial('a call that was never made does not count', async t => {
  const {run, states} = startBreaker();

  await run(ours, 100);
  await run(fails, 9);
  t.deepEqual(states, ['closed']);

  await run(fails, 1);
  t.deepEqual(states, ['closed', 'open']);
});

test.serial('an error with an answer counts as a success, and as a successful probe', async t => {
  const {run, states} = startBreaker();

  await run(answers, 11);
  await run(fails, 10);
  t.deepEqual(states, ['closed']);

  await run(fails, 1);
  pass(1_000);
  await run(answers, 1);
  t.deepEqual(states, ['closed', 'open', 'half_open', 'closed']);
});

test.serial('failures expire after ten seconds, even without calls since', async t => {
  const {run, states} = startBreaker();

  await run(fails, 9);
  pass(10_000);
  await run(fails, 9);

  t.deepEqual(states, ['closed']);
});

test.serial('while the breaker is open, calls fail without being made', async t => {
  const {broken, run} = startBreaker();
  await run(fails, 10);
  let calls = 0;

  await t.throwsAsync(
    broken(() => Promise.resolve((calls += 1))),
    open,
  );

  t.is(calls, 0);
});

test.serial('after a second one probe is let through, and all other calls fail at once until it ends', async t => {
  const {broken, run, states} = startBreaker();
  await run(fails, 10);
  const {promise, resolve} = Promise.withResolvers<string>();

  pass(1_000);
  const probe = broken(() => promise);
  await t.throwsAsync(broken(works), open);
  await t.throwsAsync(broken(works), open);
  resolve('back');

  t.is(await probe, 'back');
  t.is(await broken(works), 'works');
  t.deepEqual(states, ['closed', 'open', 'half_open', 'closed']);
});

test.serial('a breaker that closes again forgets earlier failures', async t => {
  const {run, states} = startBreaker();
  await run(fails, 50);
  pass(1_000);
  await run(works, 1);

  await run(fails, 8);

  t.is(states.at(-1), 'closed');
});

for (const [what, probe] of [
  ['fails', fails],
  ['was not made', ours],
] as const) {
  test.serial(`a probe that ${what} opens the breaker again`, async t => {
    const {run, states} = startBreaker();
    await run(fails, 10);

    pass(1_000);
    await run(probe, 1);

    t.deepEqual(states, ['closed', 'open', 'half_open', 'open']);
  });
}

test.serial('the breaker stays open for 1, 2, 4 and then 4 seconds, minus a jitter of up to a quarter', async t => {
  const {broken, run, states} = startBreaker();
  await run(fails, 10);

  for (const seconds of [1, 2, 4, 4]) {
    pass(seconds * 750 - 1);
    await t.throwsAsync(broken(works), open);
    pass(seconds * 250 + 1);
    await t.throwsAsync(broken(fails), {message: 'fails'});
  }

  t.is(states.filter(state => state === 'half_open').length, 4);
});

test.serial('a system time that is set back does not keep the breaker open', async t => {
  const states: BreakerState[] = [];
  const broken = createBreaker({verdictOf: () => 'failed', onState: state => states.push(state)});
  for (let count = 0; count < 10; count++) await broken(fails).catch(() => undefined);
  mock.timers.enable({apis: ['Date'], now: Date.now() - 3_600_000});
  t.teardown(() => mock.timers.reset());

  await wait(1_000);

  t.is(await broken(works), 'works');
  t.deepEqual(states, ['closed', 'open', 'half_open', 'closed']);
});
