import test from 'ava';
import {coalesced} from '../coalesce.ts';

type Found = string | undefined;

/** Searches that end when the test says so. */
function startSearch() {
  const searches: PromiseWithResolvers<Found>[] = [];
  let joins = 0;
  const find = coalesced(
    (_key: string, _caller?: string) => {
      const search = Promise.withResolvers<Found>();
      searches.push(search);
      return search.promise;
    },
    (key, caller = '') => key + caller,
    () => (joins += 1),
  );
  return {find, searches, joins: () => joins};
}

test('searches for one key at the same time are one', async t => {
  const {find, searches, joins} = startSearch();
  const asking = Array.from({length: 100}, () => find('a'));

  searches[0]?.resolve('found');

  t.deepEqual(new Set(await Promise.all(asking)), new Set(['found']));
  t.is(searches.length, 1);
  t.is(joins(), 99);
});

test('searches for different keys are not shared', async t => {
  const {find, searches} = startSearch();
  const asking = Promise.all([find('a'), find('b'), find('a', 'ann'), find('a', 'ben')]);

  for (const [index, search] of searches.entries()) search.resolve(String(index));

  t.deepEqual(await asking, ['0', '1', '2', '3']);
});

test('a search that has ended is not shared any more', async t => {
  const {find, searches} = startSearch();
  const first = find('a');
  searches[0]?.resolve('first');
  await first;

  const second = find('a');
  searches[1]?.resolve('second');

  t.is(await second, 'second');
});

test('a failure is shared, and is not there any more for the next', async t => {
  const {find, searches} = startSearch();
  const asking = [find('a'), find('a')];
  searches[0]?.reject(new Error('down'));

  for (const search of asking) await t.throwsAsync(search, {message: 'down'});
  const next = find('a');
  searches[1]?.resolve('found');

  t.is(await next, 'found');
});

test('who joined a search that found nothing asks again, in one search with all others who did', async t => {
  const {find, searches} = startSearch();
  const [first, ...joined] = Array.from({length: 100}, () => find('a'));

  searches[0]?.resolve(undefined);
  t.is(await first, undefined);
  t.is(searches.length, 2);
  searches[1]?.resolve('created meanwhile');

  t.deepEqual(new Set(await Promise.all(joined)), new Set(['created meanwhile']));
});

test('what the second search does not find either is not there', async t => {
  const {find, searches} = startSearch();
  const asking = [find('a'), find('a'), find('a')];

  searches[0]?.resolve(undefined);
  await asking[0];
  searches[1]?.resolve(undefined);

  t.deepEqual(await Promise.all(asking), [undefined, undefined, undefined]);
  t.is(searches.length, 2);
});
