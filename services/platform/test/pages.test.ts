import test from 'ava';
import * as z from 'zod';
import {encodeCursor, nextLink, pageOf, pageQuery} from '../pages.ts';

const query = z.strictObject(pageQuery);
const position = {createdAt: new Date('2026-01-02T03:04:05.678Z'), id: '6656e1f0a1b2c3d4e5f60718'};

test('a cursor decodes to the position that it was made from', t => {
  t.deepEqual(query.parse({cursor: encodeCursor(position)}), {limit: 50, cursor: position});
});

const encode = (text: string) => Buffer.from(text).toString('base64url');
for (const cursor of [
  '',
  'nonsense',
  encode('1.2'),
  encode(`x.${position.id}`),
  encode(`-1.${position.id}`),
  encode(`1.${position.id.toUpperCase()}`),
  encode(`99999999999999.${position.id}`),
  `${encodeCursor(position)}=`,
  `${encodeCursor(position)}AA`,
  'A'.repeat(65),
]) {
  test(`the cursor "${cursor}" is refused`, t => {
    t.false(query.safeParse({cursor}).success);
  });
}

for (const limit of [
  '0',
  '201',
  'abc',
  '-1',
  '1.5',
  '',
  '1e400',
  'NaN',
  ['1', '2'],
  '0x5',
  ' 5',
  '5 ',
  '5.0',
  '+5',
  '5e0',
  '05',
  '0b1',
  '٥',
  '1000',
  '12345',
]) {
  test(`the limit ${JSON.stringify(limit)} is refused`, t => {
    t.false(query.safeParse({limit}).success);
  });
}

test('the limits 1 and 200 are accepted', t => {
  t.is(query.parse({limit: '1'}).limit, 1);
  t.is(query.parse({limit: '200'}).limit, 200);
});

test('if there is one item more than the limit, the next page starts after the last item of this one', t => {
  const found = [1, 2, 3].map(day => ({id: position.id, createdAt: new Date(day)}));

  t.deepEqual(
    pageOf(found, 2, item => item),
    {items: found.slice(0, 2), next: found[1]},
  );
  t.deepEqual(
    pageOf(found, 3, item => item),
    {items: found},
  );
});

for (const [what, weights, most, count, hasNext] of [
  ['as light as its limit', [1, 1, 1], 3, 3, false],
  ['one item lighter than its items', [1, 1, 1], 2, 2, true],
  ['whose first item is too heavy alone', [5, 1, 1], 2, 1, true],
  ['whose only item is too heavy', [5], 2, 1, false],
] as const) {
  test(`a page ${what} has ${count} of ${weights.length} items`, t => {
    const found = weights.map((weight, index) => ({id: position.id, createdAt: new Date(index), weight}));

    const page = pageOf(found, 3, item => item, {of: ({weight}) => weight, most});

    t.is(page.items.length, count);
    t.deepEqual(page.next, hasNext ? found[count - 1] : undefined);
  });
}

test('the next link keeps the query and omits parameters that were not given', t => {
  const cursor = encodeCursor(position);

  t.deepEqual(nextLink('/api/things', {limit: 2, kind: undefined}, position), {
    Link: `</api/things?limit=2&cursor=${cursor}>; rel="next"`,
  });
  t.deepEqual(nextLink('/api/things', {limit: 2}, undefined), {});
});
