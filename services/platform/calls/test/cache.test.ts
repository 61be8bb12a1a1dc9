import test from 'ava';
import {newId} from '../../ids.ts';
import {cached, type CacheResult} from '../cache.ts';
import {Refused} from '../lookup.ts';

const id = newId();
const defaults = {CACHE_FRESH_MS: 5_000, CACHE_STALE_MS: 300_000};

/** A cache in front of a neighbour that gives every lookup the answer that the test sets. */
function startCache(settings = defaults) {
  const neighbour: {answer: 'found' | 'not found' | Error; asked: number} = {answer: 'found', asked: 0};
  const results: CacheResult[] = [];
  let time = 0;
  const find = cached<{id: string}>(
    ({id}) => {
      neighbour.asked += 1;
      if (neighbour.answer instanceof Error) return Promise.reject(neighbour.answer);
      return Promise.resolve(neighbour.answer === 'found' ? {id} : undefined);
    },
    settings,
    result => results.push(result),
    () => time,
  );
  return {neighbour, results, find, pass: (ms: number) => (time += ms)};
}

const down = new Error('down');

test('a found entry is served for five seconds without asking again', async t => {
  const {neighbour, results, find, pass} = startCache();

  await find({id});
  pass(4_999);
  t.deepEqual(await find({id}), {id});
  t.is(neighbour.asked, 1);

  pass(1);
  t.deepEqual(await find({id}), {id});
  t.is(neighbour.asked, 2);
  t.deepEqual(results, ['miss', 'fresh', 'miss']);
});

test('while the neighbour fails, a stale entry is served for up to five minutes', async t => {
  const {neighbour, results, find, pass} = startCache();
  await find({id});
  neighbour.answer = down;

  pass(299_999);
  t.deepEqual(await find({id}), {id});
  t.deepEqual(results, ['miss', 'stale']);

  pass(1);
  await t.throwsAsync(find({id}), {is: down});
});

test('serving a stale entry does not renew it', async t => {
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

test('"not found" is never cached, so what was just created is found', async t => {
  const {neighbour, find} = startCache();
  neighbour.answer = 'not found';
  t.is(await find({id}), undefined);

  neighbour.answer = 'found';

  t.deepEqual(await find({id}), {id});
});

test('while the neighbour fails, an earlier "not found" is an error', async t => {
  const {neighbour, find} = startCache();
  neighbour.answer = 'not found';
  await find({id});

  neighbour.answer = down;

  await t.throwsAsync(find({id}), {is: down});
});

test('an entry is evicted as soon as the neighbour answers "not found"', async t => {
  const {neighbour, find, pass} = startCache();
  await find({id});
  pass(5_000);
  neighbour.answer = 'not found';
  t.is(await find({id}), undefined);

  neighbour.answer = down;

  await t.throwsAsync(find({id}), {is: down});
});

test('a refusal is passed on and evicts the entry of its caller', async t => {
  const {neighbour, find, pass} = startCache();
  await find({id, token: 'token'});
  pass(5_000);
  neighbour.answer = new Refused();
  await t.throwsAsync(find({id, token: 'token'}), {instanceOf: Refused});

  neighbour.answer = down;

  await t.throwsAsync(find({id, token: 'token'}), {is: down});
});

test('callers with different tokens do not share entries', async t => {
  const {neighbour, find} = startCache();
  await find({id, token: 'one'});
  neighbour.answer = down;

  await t.throwsAsync(find({id, token: 'another'}), {is: down});
  await t.throwsAsync(find({id}), {is: down});
});

test('with both ages at 0 nothing is cached', async t => {
  const {neighbour, find} = startCache({CACHE_FRESH_MS: 0, CACHE_STALE_MS: 0});
  await find({id});
  await find({id});
  t.is(neighbour.asked, 2);

  neighbour.answer = down;

  await t.throwsAsync(find({id}), {is: down});
});

test('entry 10,001 evicts the least recently used one', async t => {
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
