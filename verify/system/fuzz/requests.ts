import fc from 'fast-check';
import {newId} from '#platform/ids.ts';

// Generators of requests: most are valid or nearly so, some are hostile.

export type Call = {
  method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  template: string;
  query: string;
  headers: Record<string, string>;
  body: string | undefined;
};

const hostile = fc.oneof(
  fc.constantFrom<unknown>({$gt: ''}, {$ne: null}, {$where: 'sleep(1000)'}, {$regex: '.*'}, {$in: [1]}),
  fc.constantFrom<unknown>(
    JSON.parse('{"__proto__": {"admin": true}}'),
    {constructor: {prototype: {admin: true}}},
    {prototype: 1},
  ),
  fc.constantFrom<unknown>([], null, true, 1e308, -0),
  // A NUL, a zero-width space, a right-to-left override, a lone surrogate, one letter in two encodings, emoji.
  fc.constantFrom('\u0000', 'a\u200bb', '\u202etxt', '\ud800', 'e\u0301', '\u00e9', '\u{1f600}'.repeat(20)),
  fc.constant('a'.repeat(33 * 1024)),
  fc.string({unit: 'binary'}),
  fc.double(),
  fc.jsonValue(),
);

/** Mostly a valid value, sometimes a hostile one. */
export const mostly = <T>(good: fc.Arbitrary<T>) =>
  fc.oneof({weight: 19, arbitrary: good}, {weight: 1, arbitrary: hostile});

export const record = (shape: Record<string, fc.Arbitrary<unknown>>) =>
  fc.oneof(
    {weight: 8, arbitrary: fc.record(shape)},
    {weight: 1, arbitrary: fc.record({...shape, extra: hostile})},
    {weight: 1, arbitrary: hostile},
  );

export const json = (body: fc.Arbitrary<unknown>) =>
  fc.oneof(
    {weight: 12, arbitrary: body.map(value => JSON.stringify(value))},
    {weight: 1, arbitrary: fc.string()},
    {weight: 1, arbitrary: fc.constant(undefined)},
  );

const headers = fc.oneof(
  {weight: 9, arbitrary: fc.constant({'content-type': 'application/json'})},
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      {'content-type': 'text/plain'},
      {},
      {'content-type': 'application/json', accept: 'text/html'},
      {'content-type': 'application/json; charset=utf-16'},
      {'content-type': 'application/json', 'content-encoding': 'gzip'},
      {'content-type': 'application/json', 'x-request-id': 'a b', traceparent: '00-0-0-00'},
      {'content-type': 'application/json', 'x-long': 'a'.repeat(9 * 1024)},
    ),
  },
);

export const preconditions = fc.constantFrom(
  {},
  {'if-match': '"1"'},
  {'if-match': '"2"'},
  {'if-match': '*'},
  {'if-match': 'W/"1"'},
  {'if-match': 'x'},
  {'if-none-match': '"1"'},
  {'if-none-match': 'W/"1", "2"'},
  {'if-none-match': '*'},
  {'if-match': '"1"', 'if-none-match': '"2"'},
);
export const keys = fc.constantFrom(
  {},
  {'idempotency-key': 'k1'},
  {'idempotency-key': 'k2'},
  {'idempotency-key': 'two words'},
);
export const pages = fc.constantFrom(
  '',
  '?limit=1',
  '?limit=200',
  '?limit=0',
  '?limit=201',
  '?limit=abc',
  '?cursor=',
  '?cursor=AAAA',
  '?x=1',
  '?limit[$gt]=1',
  '?limit=1&limit=2',
  '?%00',
);

type Parts = {
  method: Call['method'];
  template: string;
  id?: fc.Arbitrary<string>;
  query?: fc.Arbitrary<string>;
  headers?: fc.Arbitrary<Record<string, string>>;
  body?: fc.Arbitrary<string | undefined>;
};

export const call = ({method, template, id, query, headers: more, body}: Parts): fc.Arbitrary<Call> =>
  fc
    .record({
      id: id ?? fc.constant(''),
      query: query ?? fc.constant(''),
      base: body ? headers : fc.constant({}),
      more: more ?? fc.constant({}),
      body: body ?? fc.constant(undefined),
    })
    .map(({id: made, base, more: extra, ...rest}) => ({
      method,
      template,
      path: template.replace('{id}', encodeURIComponent(made)),
      headers: {...base, ...extra},
      ...rest,
    }));

export const idsOf = (known: string[]) =>
  fc.oneof(
    fc.constantFrom(...known),
    fc.constant(newId()),
    fc.constantFrom('x', '0'.repeat(23), '0'.repeat(25), 'g'.repeat(24), '{"$gt":""}', '..%2f', '__proto__'),
  );
