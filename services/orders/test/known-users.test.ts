import test from 'ava';
import {newId} from '#platform/ids.ts';
import {remembered, type MemoryUse} from '../known-users.ts';
import {Refusal} from '../users-attempt.ts';

const id = newId();
const defaults = {USERS_CACHE_FRESH_MS: 5_000, USERS_CACHE_STALE_MS: 300_000};

/** A memory in front of a users that says, for everybody, what the test sets. */
function startMemory(settings = defaults) {
  const users: {answer: 'found' | 'unknown' | Error; asked: number} = {answer: 'found', asked: 0};
  const uses: MemoryUse[] = [];
  let time = 0;
  const find = remembered(
    id => {
      users.asked += 1;
      if (users.answer instanceof Error) return Promise.reject(users.answer);
      return Promise.resolve(users.answer === 'found' ? {id} : undefined);
    },
    settings,
    use => uses.push(use),
    () => time,
  );
  return {users, uses, find, pass: (ms: number) => (time += ms)};
}

const down = new Error('down');

test('who was found is not asked for again for five seconds', async t => {
  const {users, uses, find, pass} = startMemory();

  await find(id);
  pass(4_999);
  t.deepEqual(await find(id), {id});
  t.is(users.asked, 1);

  pass(1);
  t.deepEqual(await find(id), {id});
  t.is(users.asked, 2);
  t.deepEqual(uses, ['miss', 'fresh', 'miss']);
});

test('while users fails, who was found in the last five minutes is known, then not any more', async t => {
  const {users, uses, find, pass} = startMemory();
  await find(id);
  users.answer = down;

  pass(299_999);
  t.deepEqual(await find(id), {id});
  t.deepEqual(uses, ['miss', 'stale']);

  pass(1);
  await t.throwsAsync(find(id), {is: down});
});

test('an answer from memory does not make the memory younger', async t => {
  const {users, find, pass} = startMemory();
  await find(id);
  users.answer = down;

  for (let minute = 1; minute < 5; minute++) {
    pass(60_000);
    t.deepEqual(await find(id), {id});
  }

  pass(60_000);
  await t.throwsAsync(find(id), {is: down});
});

test('who is not known is never remembered, so who registered a moment ago is found', async t => {
  const {users, find} = startMemory();
  users.answer = 'unknown';
  t.is(await find(id), undefined);

  users.answer = 'found';

  t.deepEqual(await find(id), {id});
});

test('while users fails, who was not known is not "not found"', async t => {
  const {users, find} = startMemory();
  users.answer = 'unknown';
  await find(id);

  users.answer = down;

  await t.throwsAsync(find(id), {is: down});
});

test('who was deleted is forgotten as soon as users says so', async t => {
  const {users, find, pass} = startMemory();
  await find(id);
  pass(5_000);
  users.answer = 'unknown';
  t.is(await find(id), undefined);

  users.answer = down;

  await t.throwsAsync(find(id), {is: down});
});

test('a refusal is passed on, and ends what its caller may know', async t => {
  const {users, find, pass} = startMemory();
  await find(id, 'token');
  pass(5_000);
  users.answer = new Refusal();
  await t.throwsAsync(find(id, 'token'), {instanceOf: Refusal});

  users.answer = down;

  await t.throwsAsync(find(id, 'token'), {is: down});
});

test('what one caller may know is not known to another', async t => {
  const {users, find} = startMemory();
  await find(id, 'one');
  users.answer = down;

  await t.throwsAsync(find(id, 'another'), {is: down});
  await t.throwsAsync(find(id), {is: down});
});

test('with both times at 0 nothing is remembered', async t => {
  const {users, find} = startMemory({USERS_CACHE_FRESH_MS: 0, USERS_CACHE_STALE_MS: 0});
  await find(id);
  await find(id);
  t.is(users.asked, 2);

  users.answer = down;

  await t.throwsAsync(find(id), {is: down});
});

test('of 10,001 users the one that was not found for longest is forgotten', async t => {
  const {users, find, pass} = startMemory();
  const [first = '', second = '', ...others] = Array.from({length: 10_000}, newId);
  for (const id of [first, second, ...others]) await find(id);
  pass(5_000);
  await find(first);

  await find(newId());

  users.answer = down;
  t.deepEqual(await find(first), {id: first});
  await t.throwsAsync(find(second), {is: down});
});
