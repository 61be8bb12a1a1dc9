import test from 'ava';
import {coalesced} from '../coalesce.ts';

type Found = string | undefined;

/** Lookups that end when the test says so. */
function startLookup() {
  const calls: PromiseWithResolvers<Found>[] = [];
  let joins = 0;
  const find = coalesced(
    (_key: string, _caller?: string) => {
      const call = Promise.withResolvers<Found>();
      calls.push(call);
      return call.promise;
    },
    (key, caller = '') => key + caller,
    () => (joins += 1),
  );
  return {find, calls, joins: () => joins};
}

test('concurrent lookups of one key are one call', async t => {
  const {find, calls, joins} = startLookup();
  const asking = Array.from({length: 100}, () => find('a'));

  calls[0]?.resolve('found');

  t.deepEqual(new Set(await Promise.all(asking)), new Set(['found']));
  t.is(calls.length, 1);
  t.is(joins(), 99);
});

test('lookups of different keys are separate calls', async t => {
  const {find, calls} = startLookup();
  const asking = Promise.all([find('a'), find('b'), find('a', 'ann'), find('a', 'ben')]);

  for (const [index, call] of calls.entries()) call.resolve(String(index));

  t.deepEqual(await asking, ['0', '1', '2', '3']);
});

test('a lookup that has ended is no longer shared', async t => {
  const {find, calls} = startLookup();
  const first = find('a');
  calls[0]?.resolve('first');
  await first;

  const second = find('a');
  calls[1]?.resolve('second');

  t.is(await second, 'second');
});

test('a failure is shared, and the next lookup is a new call', async t => {
  const {find, calls} = startLookup();
  const asking = [find('a'), find('a')];
  calls[0]?.reject(new Error('down'));

  for (const lookup of asking) await t.throwsAsync(lookup, {message: 'down'});
  const next = find('a');
  calls[1]?.resolve('found');

  t.is(await next, 'found');
});

test('callers who joined a lookup that found nothing share one fresh lookup', async t => {
  const {find, calls} = startLookup();
  const [first, ...joined] = Array.from({length: 100}, () => find('a'));

  calls[0]?.resolve(undefined);
  t.is(await first, undefined);
  t.is(calls.length, 2);
  calls[1]?.resolve('created meanwhile');

  t.deepEqual(new Set(await Promise.all(joined)), new Set(['created meanwhile']));
});

test('what the fresh lookup does not find either is not found', async t => {
  const {find, calls} = startLookup();
  const asking = [find('a'), find('a'), find('a')];

  calls[0]?.resolve(undefined);
  await asking[0];
  calls[1]?.resolve(undefined);

  t.deepEqual(await Promise.all(asking), [undefined, undefined, undefined]);
  t.is(calls.length, 2);
});
