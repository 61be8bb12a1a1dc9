import {mock} from 'node:test';
import test from 'ava';
import {createBreaker, type BreakerState, type Verdict} from '../breaker.ts';

// One clock for this file, so its tests run one after the other. The breaker reads nothing but Date.
mock.timers.enable({apis: ['Date'], now: Date.now()});
const pass = (ms: number) => mock.timers.tick(ms);

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
  });
  const run = async (call: () => Promise<string>, times: number) => {
    for (let count = 0; count < times; count++) await broken(call).catch(() => undefined);
  };
  return {broken, run, states};
}

for (const [what, successes, failures, isOpen] of [
  ['nine calls that all failed', 0, 9, false],
  ['ten calls that all failed', 0, 10, true],
  ['half of ten calls failed', 5, 5, true],
  ['less than half of them failed', 6, 5, false],
] as const) {
  test.serial(`with ${what} the breaker is ${isOpen ? 'open' : 'closed'}`, async t => {
    const {run, states} = startBreaker();

    await run(works, successes);
    await run(fails, failures);

    t.is(states.at(-1), isOpen ? 'open' : 'closed');
  });
}

test.serial('errors that say nothing about the neighbour count neither way', async t => {
  const {run, states} = startBreaker();

  await run(ours, 100);
  await run(fails, 9);
  t.deepEqual(states, ['closed']);

  await run(fails, 1);
  t.deepEqual(states, ['closed', 'open']);
});

test.serial('an answer that is of no use is an answer all the same, also to a probe', async t => {
  const {run, states} = startBreaker();

  await run(answers, 11);
  await run(fails, 10);
  t.deepEqual(states, ['closed']);

  await run(fails, 1);
  pass(1_000);
  await run(answers, 1);
  t.deepEqual(states, ['closed', 'open', 'half_open', 'closed']);
});

test.serial('failures of ten seconds ago are forgotten, also when nothing was called since', async t => {
  const {run, states} = startBreaker();

  await run(fails, 9);
  pass(10_000);
  await run(fails, 9);

  t.deepEqual(states, ['closed']);
});

test.serial('while it is open, calls fail without being made', async t => {
  const {broken, run} = startBreaker();
  await run(fails, 10);
  let calls = 0;

  await t.throwsAsync(
    broken(() => Promise.resolve((calls += 1))),
    open,
  );

  t.is(calls, 0);
});

test.serial('after a second one call is let through, and all others fail at once until it has ended', async t => {
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

test.serial('once closed again, what failed before is forgotten', async t => {
  const {run, states} = startBreaker();
  await run(fails, 50);
  pass(1_000);
  await run(works, 1);

  await run(fails, 8);

  t.is(states.at(-1), 'closed');
});

for (const [what, probe] of [
  ['fails', fails],
  ['does not get to the neighbour', ours],
] as const) {
  test.serial(`a probe that ${what} opens the breaker again`, async t => {
    const {run, states} = startBreaker();
    await run(fails, 10);

    pass(1_000);
    await run(probe, 1);

    t.deepEqual(states, ['closed', 'open', 'half_open', 'open']);
  });
}

test.serial('it stays open for 1, 2, 4 and then 4 seconds, less up to a quarter', async t => {
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
