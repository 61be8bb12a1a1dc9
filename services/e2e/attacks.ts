import {brotliCompressSync, deflateSync, gzipSync} from 'node:zlib';
import fc from 'fast-check';

// Requests that must be refused and leave no trace: each is all the bytes that its sender writes.

export type Attack = {service: 'users' | 'orders'; what: string; bytes: Buffer};

/** What the attacked services hold: ids of a user and of its order. */
export type Known = {user: string; order: string};

type Json = string | number | boolean | null | Json[] | {[key: string]: Json};
type Path = (string | number)[];

const JSON_TYPE = 'Content-Type: application/json';
const HOST = 'Host: a\r\nConnection: close\r\n';

const request = (line: string, headers: string[] = [], body: string | Buffer = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`${line} HTTP/1.1\r\n${HOST}${headers.map(header => `${header}\r\n`).join('')}\r\n`),
    Buffer.from(body),
  ]);

const withBody = (line: string, body: string | Buffer, headers = [JSON_TYPE]): Buffer =>
  request(line, [...headers, `Content-Length: ${Buffer.byteLength(body)}`], body);

const mallory = {username: 'mallory', email: 'mallory@example.com', password: 'correct horse'};

/** Every call that writes, with a body that would be taken as it is, and the places in that where poison is put. */
const writesOf = ({user, order}: Known) =>
  [
    ['users', 'POST /api/users', mallory, [[], ['username'], ['email'], ['password']]],
    ['users', `PATCH /api/users/${user}`, mallory, [[], ['username'], ['email'], ['password']]],
    [
      'orders',
      'POST /api/orders',
      {userId: user, products: [{productId: 'book', quantity: 1, price: 1}]},
      [[], ['userId'], ['products'], ['products', 0], ['products', 0, 'productId'], ['products', 0, 'price']],
    ],
    ['orders', `PATCH /api/orders/${order}`, {status: 'paid'}, [[], ['status']]],
  ] as const satisfies [Attack['service'], string, Json, Path[]][];

const POISON: Json[] = [
  {$gt: ''},
  {$ne: null},
  {$regex: '.*'},
  {$where: 'sleep(2000) || true'},
  {$function: {body: 'function() { return true }', args: [], lang: 'js'}},
  {$in: ['pending', 'book', 1]},
  {$set: {passwordHash: 'x'}},
  [{$gt: ''}],
  ['book'],
  null,
  true,
  {toString: 'x', length: 1},
  {_bsontype: 'ObjectId', id: 'x'},
  JSON.parse('{"__proto__": {"admin": true}}') as Json,
  '\ud800',
  '',
  ' ',
  'a'.repeat(300),
  'a'.repeat(40_000),
];

const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  '$where',
  '$set',
  '$gt',
  'a.b',
  '',
  '\u0000',
  '_id',
  '__v',
].concat(['id', 'role', 'admin', 'passwordHash', 'version', 'total', 'createdAt', 'key', 'fingerprint', 'toString']);

/** The value with another in one place of it. */
function replace(value: Json, [step, ...rest]: Path, poison: Json): Json {
  if (step === undefined) return poison;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? replace(item, rest, poison) : item));
  const object = value as Record<string, Json>;
  return {...object, [step]: replace(object[step] ?? null, rest, poison)};
}

/** The JSON text of the value with one more key in the object at this place; an assignment could not make `__proto__`. */
function addKey(value: Json, path: Path, key: string, poison: Json): string {
  const mark = '"here":0';
  const marked = JSON.stringify(replace(value, path, {...(at(value, path) as object), here: 0}));
  return marked.replace(mark, () => `${JSON.stringify(key)}:${JSON.stringify(poison)}`);
}

const at = (value: Json, path: Path): Json =>
  path.reduce<Json>((inner, step) => (inner as Record<string, Json>)[step] ?? null, value);

const isObject = (value: Json): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const operators = (known: Known): fc.Arbitrary<Attack> =>
  fc
    .tuple(fc.constantFrom(...writesOf(known)), fc.constantFrom(...POISON), fc.nat())
    .map(([[service, line, body, places], poison, index]) => {
      const place = places[index % places.length] ?? [];
      return {
        service,
        what: `${line} with ${JSON.stringify(poison).slice(0, 60)} at ${place.join('.')}`,
        bytes: withBody(line, JSON.stringify(replace(body, place, poison))),
      };
    });

const surplusKeys = (known: Known): fc.Arbitrary<Attack> =>
  fc
    .tuple(fc.constantFrom(...writesOf(known)), fc.constantFrom(...KEYS), fc.constantFrom(...POISON), fc.nat())
    .map(([[service, line, body, places], key, poison, index]) => {
      const objects = places.filter(place => isObject(at(body, place)));
      const place = objects[index % objects.length] ?? [];
      return {
        service,
        what: `${line} with the key ${key} at ${place.join('.')}`,
        bytes: withBody(line, addKey(body, place, key, poison)),
      };
    });

const IDS = [
  '{"$gt":""}',
  '{"$ne":null}',
  '[object Object]',
  '$where',
  '__proto__',
  'constructor',
  '..',
  '../..',
  '\u0000',
];

/** Names that name nothing, by every method that could read, change or delete what they should not name. */
const ids = ({user, order}: Known): fc.Arbitrary<Attack> =>
  fc
    .tuple(
      fc.constantFrom('users' as const, 'orders' as const),
      fc.constantFrom('GET', 'HEAD', 'DELETE', 'PATCH'),
      fc.constantFrom(...IDS, `${user}\u0000`, `${order} `, `${user},${order}`, `${user}/..`, 'a'.repeat(1_500)),
      fc.constantFrom(encodeURIComponent, (id: string) => encodeURIComponent(encodeURIComponent(id))),
    )
    .filter(([service, method]) => method !== 'HEAD' && !(service === 'orders' && method === 'DELETE'))
    .map(([service, method, id, encode]) => {
      const line = `${method} /api/${service}/${encode(id)}`;
      const body = service === 'users' ? mallory : {status: 'paid'};
      return {service, what: line, bytes: method === 'PATCH' ? withBody(line, JSON.stringify(body)) : request(line)};
    });

const QUERIES = [
  'limit[$gt]=1',
  'limit=1&limit=2',
  'limit=1e9',
  'limit=-1',
  'limit=%00',
  'limit=Infinity',
  'userId[$ne]=x',
  'userId[]=x',
  'userId=%7B%22%24ne%22%3Anull%7D',
  'status[$in][]=paid',
  'status=paid&status=pending',
  '$where=sleep(2000)',
  '%24or[0][a]=1',
  '__proto__[admin]=1',
  '__proto__=1',
  'constructor.prototype.admin=1',
  'constructor[prototype][admin]=1',
  `cursor=${Buffer.from('{"$gt":""}').toString('base64url')}`,
  `cursor=${Buffer.from(`9999999999999.${'f'.repeat(24)}x`).toString('base64url')}`,
  `cursor=${'A'.repeat(1_000)}`,
  'x=%ff%fe',
  'x=%u0041',
];

const queries = fc
  .tuple(fc.constantFrom('users' as const, 'orders' as const), fc.constantFrom(...QUERIES))
  .map(([service, query]) => ({
    service,
    what: `?${query}`.slice(0, 80),
    bytes: request(`GET /api/${service}?${query}`),
  }));

const text = JSON.stringify(mallory);
const bomb = Buffer.from(`{"username":"${'a'.repeat(8 * 1024 * 1024)}"}`);
const [gzipBomb, deflateBomb, brotliBomb] = [gzipSync(bomb), deflateSync(bomb), brotliCompressSync(bomb)];

/** Bodies of `POST /api/users` that are not what they say, or say what nobody asked for. */
const BODIES: [what: string, body: string | Buffer, ...headers: string[]][] = [
  ['a gzip bomb', gzipBomb, JSON_TYPE, 'Content-Encoding: gzip'],
  ['a deflate bomb', deflateBomb, JSON_TYPE, 'Content-Encoding: deflate'],
  ['a brotli bomb', brotliBomb, JSON_TYPE, 'Content-Encoding: br'],
  ['a bomb in a parcel', gzipSync(gzipBomb), JSON_TYPE, 'Content-Encoding: gzip, gzip'],
  ['gzip that is none', text, JSON_TYPE, 'Content-Encoding: gzip'],
  ['half a gzip', gzipSync(text).subarray(0, 20), JSON_TYPE, 'Content-Encoding: gzip'],
  ['an unknown coding', text, JSON_TYPE, 'Content-Encoding: rot13'],
  ['UTF-16', Buffer.from(text, 'utf16le'), JSON_TYPE],
  ['UTF-16 by its name', Buffer.from(text, 'utf16le'), 'Content-Type: application/json; charset=utf-16le'],
  ['UTF-7', text, 'Content-Type: application/json; charset=utf-7'],
  ['a name in broken UTF-8', Buffer.from(text.replace('mallory', 'mall\xff\xfeory'), 'latin1'), JSON_TYPE],
  ['a slash in overlong UTF-8', Buffer.from(text.replace('mallory', 'mall\xc0\xafory'), 'latin1'), JSON_TYPE],
  ['no type', text],
  ['plain text', text, 'Content-Type: text/plain'],
  ['a form', 'username=mallory&email[$ne]=x&password=correct horse', 'Content-Type: application/x-www-form-urlencoded'],
  ['a multipart form', text, 'Content-Type: multipart/form-data; boundary=x'],
  ['XML', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', 'Content-Type: application/xml'],
  ['two types', text, 'Content-Type: application/json, text/html'],
  ['nothing', '', JSON_TYPE],
  ['a word', 'true', JSON_TYPE],
  ['a list', `[${text}]`, JSON_TYPE],
  ['a half', text.slice(0, 30), JSON_TYPE],
  ['more than one', `${text}${text}`, JSON_TYPE],
  ['a comment', `${text}/**/`, JSON_TYPE],
  ['NaN', '{"username":NaN}', JSON_TYPE],
  ['10,000 brackets', `{"username":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, JSON_TYPE],
  ['5,000 keys', `{${Array.from({length: 5_000}, (_, key) => `"${key}":0`).join()}}`, JSON_TYPE],
  ['33 kB', JSON.stringify({...mallory, username: 'a'.repeat(33 * 1024)}), JSON_TYPE],
  ['1 MB', JSON.stringify({...mallory, username: 'a'.repeat(1024 * 1024)}), JSON_TYPE],
];

const bodies = fc.constantFrom(...BODIES).map(([what, body, ...headers]) => ({
  service: 'users' as const,
  what: `a body that is ${what}`,
  bytes: withBody('POST /api/users', body, headers),
}));

const hidden = withBody('POST /api/users', text).toString();

/** Heads that two readers could read in two ways; behind most of them hides a request of its own. */
const HEADS: [what: string, line: string, ...headers: string[]][] = [
  ['a length and chunks', 'POST /api/users', JSON_TYPE, 'Content-Length: 5', 'Transfer-Encoding: chunked'],
  ['chunks and a length', 'POST /api/users', JSON_TYPE, 'Transfer-Encoding: chunked', 'Content-Length: 5'],
  ['chunks by another name', 'POST /api/users', JSON_TYPE, 'Transfer-Encoding: xchunked'],
  ['chunks that are not last', 'POST /api/users', JSON_TYPE, 'Transfer-Encoding: chunked, gzip'],
  ['chunks besides a coding', 'POST /api/users', JSON_TYPE, 'Transfer-Encoding: gzip, chunked'],
  ['chunks twice', 'POST /api/users', JSON_TYPE, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
  ['a space before the colon', 'POST /api/users', JSON_TYPE, 'Transfer-Encoding : chunked'],
  ['two lengths', 'POST /api/users', JSON_TYPE, 'Content-Length: 5', 'Content-Length: 6'],
  ['two lengths in one', 'POST /api/users', JSON_TYPE, 'Content-Length: 5, 5'],
  ['a length with a sign', 'POST /api/users', JSON_TYPE, 'Content-Length: +5'],
  ['a length in hexadecimal', 'POST /api/users', JSON_TYPE, 'Content-Length: 0x5'],
  ['a negative length', 'POST /api/users', JSON_TYPE, 'Content-Length: -1'],
  ['a length without end', 'POST /api/users', JSON_TYPE, `Content-Length: ${'9'.repeat(30)}`],
  ['a folded header', 'GET /api/users', 'X-Note: a\r\n b'],
  ['a header without a name', 'GET /api/users', ': a'],
  ['a NUL', 'GET /api/users', 'X-Note: a\u0000b'],
  ['a bare carriage return', 'GET /api/users', 'X-Note: a\rX-Other: b'],
  ['two hosts', 'GET /api/users', 'Host: b'],
  ['200 headers', 'GET /api/users', ...Array<string>(200).fill('X-A: b')],
  ['a header of 9 kB', 'GET /api/users', `X-Long: ${'a'.repeat(9 * 1024)}`],
  ['a path of 3 kB', `GET /api/users/${'a'.repeat(3_000)}`],
  ['a line break in the path', 'GET /api/users/x%0d%0aSet-Cookie:%20a=b'],
  ['a line break in the request id', 'GET /nothing', 'X-Request-Id: a%0d%0aSet-Cookie: a=b'],
  ['a step upwards', 'GET /api/../../etc/passwd'],
  ['an encoded step upwards', 'GET /api/users/%2e%2e%2f%2e%2e%2fetc%2fpasswd'],
  ['broken percent signs', 'GET /api/users/%zz%'],
  ['an overlong dot', 'GET /api/users/%c0%ae%c0%ae'],
  ['a full-width dot', 'GET /api/users/%ef%bc%8e%ef%bc%8e'],
  ['two slashes', 'GET //api/users'],
  ['another method', 'PUT /api/users'],
  ['TRACE', 'TRACE /api/users', 'Cookie: a=b'],
  ['CONNECT', 'CONNECT 127.0.0.1:27017'],
  ['a method in lower case', 'get /api/users'],
  ['a method that overrides', 'PUT /api/users', 'X-HTTP-Method-Override: GET', 'X-Method-Override: GET'],
  ['an answer that nobody gives', 'GET /api/users', 'Accept: text/html'],
];

const heads = fc.constantFrom(...HEADS).map(([what, line, ...headers]) => ({
  service: 'users' as const,
  what,
  bytes: request(line, headers, line.startsWith('POST') ? `0\r\n\r\n${hidden}` : ''),
}));

/** Every kind alike, whatever the number of its cases. */
export const attacks = (known: Known): fc.Arbitrary<Attack> =>
  fc.oneof(operators(known), surplusKeys(known), ids(known), queries, bodies, heads);
