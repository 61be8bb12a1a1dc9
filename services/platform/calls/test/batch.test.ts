import {setImmediate as nextTurn} from 'node:timers/promises';
import test from 'ava';
import {batched} from '../batch.ts';
import type {Query} from '../lookup.ts';

type Found = {id: string};

/** A neighbour that answers when told. It has every id but `nobody`. */
function createNeighbour(most = 100, isAble = true) {
  const calls: string[] = [];
  const {promise: released, resolve: release} = Promise.withResolvers<void>();
  let error: Error | undefined;
  async function answer(call: string): Promise<void> {
    calls.push(call);
    await released;
    if (error) throw error;
  }
  const find = batched<Found>(
    async ({id, token = ''}) => {
      await answer(`${id}${token}`);
      return id === 'nobody' ? undefined : {id};
    },
    async (ids, token = '') => {
      await answer(`[${ids.join(' ')}]${token}`);
      return isAble ? new Map(ids.filter(id => id !== 'nobody').map(id => [id, {id}])) : undefined;
    },
    most,
  );
  return {
    calls,
    release,
    fail: (cause: Error) => {
      error = cause;
      release();
    },
    find: (id: string, more: Omit<Query, 'id'> = {}) => find({id, ...more}),
  };
}

test('a lookup that is alone is a call for its id', async t => {
  const {find, calls, release} = createNeighbour();
  release();

  t.deepEqual(await find('a'), {id: 'a'});
  t.is(await find('nobody'), undefined);
  t.deepEqual(calls, ['a', 'nobody']);
});

test('lookups that begin in one turn of the event loop share a call, and each gets its own answer', async t => {
  const {find, calls, release} = createNeighbour();
  release();

  t.deepEqual(await Promise.all([find('a'), find('nobody'), find('b')]), [{id: 'a'}, undefined, {id: 'b'}]);
  t.deepEqual(calls, ['[a nobody b]']);
});

test('a call has at most so many ids', async t => {
  const {find, calls, release} = createNeighbour(2);
  release();
  await Promise.all([find('a'), find('b'), find('c')]);

  t.deepEqual(calls, ['[a b]', 'c']);
});

test('while two calls are under way, other lookups wait and share the next one', async t => {
  const {find, calls, release} = createNeighbour();
  const found = [];
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    found.push(find(id));
    await nextTurn();
  }
  t.deepEqual(calls, ['a', 'b']);
  release();

  t.deepEqual((await Promise.all(found)).map(thing => thing?.id).join(''), 'abcde');
  t.deepEqual(calls, ['a', 'b', '[c d e]']);
});

test('lookups with different tokens never share a call', async t => {
  const {find, calls, release} = createNeighbour();
  release();
  await Promise.all([find('a', {token: '1'}), find('b', {token: '2'}), find('c', {token: '1'})]);

  t.deepEqual(calls.toSorted(), ['[a c]1', 'b2']);
});

test('an error of a call is the error of all its lookups, and later ones call again', async t => {
  const {find, calls, fail} = createNeighbour();
  const lost = Promise.allSettled([find('a'), find('b')]);
  fail(new Error('lost'));

  t.deepEqual(
    (await lost).map(({status}) => status),
    ['rejected', 'rejected'],
  );
  await t.throwsAsync(find('c'), {message: 'lost'});
  t.deepEqual(calls, ['[a b]', 'c']);
});

test('a neighbour that cannot look up several ids is asked for each, and not asked again for several', async t => {
  const {find, calls, release} = createNeighbour(100, false);
  release();

  t.deepEqual(await Promise.all([find('a'), find('nobody')]), [{id: 'a'}, undefined]);
  await Promise.all([find('b'), find('c')]);
  t.deepEqual(calls, ['[a nobody]', 'a', 'nobody', 'b', 'c']);
});

test('a lookup that is aborted while it waits is not made', async t => {
  const {find, calls, release} = createNeighbour();
  const running = [find('a')];
  await nextTurn();
  running.push(find('b'));
  await nextTurn();
  const abort = new AbortController();
  const aborted = find('c', {signal: abort.signal});
  running.push(find('d'));
  await nextTurn();
  abort.abort(new Error('too late'));
  release();

  await t.throwsAsync(aborted, {message: 'too late'});
  await Promise.all(running);
  t.deepEqual(calls, ['a', 'b', 'd']);
});

test('a lookup behind calls that hang is sent soon nevertheless, with those that wait as well', async t => {
  const {find, calls, release} = createNeighbour();
  const hanging = [find('a')];
  await nextTurn();
  hanging.push(find('b'));
  await nextTurn();
  const late = [find('c'), find('d')];
  await nextTurn();
  const before = [...calls];

  // If they are not sent, the test times out.
  while (calls.length < 3) await nextTurn();
  release();

  t.deepEqual(
    [before, calls],
    [
      ['a', 'b'],
      ['a', 'b', '[c d]'],
    ],
  );
  t.deepEqual(await Promise.all([...hanging, ...late]), [{id: 'a'}, {id: 'b'}, {id: 'c'}, {id: 'd'}]);
});
