import test from 'ava';
import {newId} from '../../ids.ts';
import {cached, type CacheResult} from '../cache.ts';
import {Refused} from '../lookup.ts';

const id = newId();
const defaults = {CACHE_FRESH_MS: 5_000, CACHE_STALE_MS: 300_000};

/** A memory in front of a users that says, for everybody, what the test sets. */
function startCache(settings = defaults) {
  const neighbour: {answer: 'found' | 'unknown' | Error; asked: number} = {answer: 'found', asked: 0};
  const uses: CacheResult[] = [];
  let time = 0;
  const find = cached<{id: string}>(
    ({id}) => {
      neighbour.asked += 1;
      if (neighbour.answer instanceof Error) return Promise.reject(neighbour.answer);
      return Promise.resolve(neighbour.answer === 'found' ? {id} : undefined);
    },
    settings,
    use => uses.push(use),
    () => time,
  );
  return {neighbour, uses, find, pass: (ms: number) => (time += ms)};
}

const down = new Error('down');

test('who was found is not asked for again for five seconds', async t => {
  const {neighbour, uses, find, pass} = startCache();

  await find({id});
  pass(4_999);
  t.deepEqual(await find({id}), {id});
  t.is(neighbour.asked, 1);

  pass(1);
  t.deepEqual(await find({id}), {id});
  t.is(neighbour.asked, 2);
  t.deepEqual(uses, ['miss', 'fresh', 'miss']);
});

test('while users fails, who was found in the last five minutes is known, then not any more', async t => {
  const {neighbour, uses, find, pass} = startCache();
  await find({id});
  neighbour.answer = down;

  pass(299_999);
  t.deepEqual(await find({id}), {id});
  t.deepEqual(uses, ['miss', 'stale']);

  pass(1);
  await t.throwsAsync(find({id}), {is: down});
});

test('an answer from memory does not make the memory younger', async t => {
  const {neighbour, find, pass} = startCache();
  await find({id});
  neighbour.answer = down;

  for (let minute = 1; minute < 5; minute++) {
    pass(60_000);
    t.deepEqual(await find({id}), {id});
  }

  pass(60_000);
  await t.throwsAsync(find({id}), {is: down});
});

test('who is not known is never remembered, so who registered a moment ago is found', async t => {
  const {neighbour, find} = startCache();
  neighbour.answer = 'unknown';
  t.is(await find({id}), undefined);

  neighbour.answer = 'found';

  t.deepEqual(await find({id}), {id});
});

test('while users fails, who was not known is not "not found"', async t => {
  const {neighbour, find} = startCache();
  neighbour.answer = 'unknown';
  await find({id});

  neighbour.answer = down;

  await t.throwsAsync(find({id}), {is: down});
});

test('who was deleted is forgotten as soon as users says so', async t => {
  const {neighbour, find, pass} = startCache();
  await find({id});
  pass(5_000);
  neighbour.answer = 'unknown';
  t.is(await find({id}), undefined);

  neighbour.answer = down;

  await t.throwsAsync(find({id}), {is: down});
});

test('a refusal is passed on, and ends what its caller may know', async t => {
  const {neighbour, find, pass} = startCache();
  await find({id, token: 'token'});
  pass(5_000);
  neighbour.answer = new Refused();
  await t.throwsAsync(find({id, token: 'token'}), {instanceOf: Refused});

  neighbour.answer = down;

  await t.throwsAsync(find({id, token: 'token'}), {is: down});
});

test('what one caller may know is not known to another', async t => {
  const {neighbour, find} = startCache();
  await find({id, token: 'one'});
  neighbour.answer = down;

  await t.throwsAsync(find({id, token: 'another'}), {is: down});
  await t.throwsAsync(find({id}), {is: down});
});

test('with both times at 0 nothing is remembered', async t => {
  const {neighbour, find} = startCache({CACHE_FRESH_MS: 0, CACHE_STALE_MS: 0});
  await find({id});
  await find({id});
  t.is(neighbour.asked, 2);

  neighbour.answer = down;

  await t.throwsAsync(find({id}), {is: down});
});

test('of 10,001 users the one that was not found for longest is forgotten', async t => {
  const {neighbour, find, pass} = startCache();
  const [first = '', second = '', ...others] = Array.from({length: 10_000}, newId);
  for (const id of [first, second, ...others]) await find({id});
  pass(5_000);
  await find({id: first});

  await find({id: newId()});

  neighbour.answer = down;
  t.deepEqual(await find({id: first}), {id: first});
  await t.throwsAsync(find({id: second}), {is: down});
});
