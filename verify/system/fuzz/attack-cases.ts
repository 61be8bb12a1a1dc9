import {brotliCompressSync, deflateSync, gzipSync} from 'node:zlib';

// The parts of attacks. A service must refuse each of them wherever it occurs.

export type Json = string | number | boolean | null | Json[] | {[key: string]: Json};

export const JSON_TYPE = 'Content-Type: application/json';

/** A valid user. If it is stored, an attack has succeeded. */
export const mallory = {username: 'mallory', email: 'mallory@example.com', password: 'correct horse'};

export const POISON: Json[] = [
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

export const KEYS = [
  '',
  '\u0000',
  'a.b',
  '$where',
  '$set',
  '$gt',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '_id',
  '__v',
  'id',
  'role',
  'admin',
  'passwordHash',
  'version',
  'total',
  'createdAt',
  'key',
  'fingerprint',
];

export const IDS = [
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

export const QUERIES = [
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

const text = JSON.stringify(mallory);
const bomb = Buffer.from(`{"username":"${'a'.repeat(8 * 1024 * 1024)}"}`);
const [gzipBomb, deflateBomb, brotliBomb] = [gzipSync(bomb), deflateSync(bomb), brotliCompressSync(bomb)];

/** Bodies of `POST /api/users` that differ from their headers, or are not a valid user. */
export const BODIES: [what: string, body: string | Buffer, ...headers: string[]][] = [
  ['a gzip bomb', gzipBomb, JSON_TYPE, 'Content-Encoding: gzip'],
  ['a deflate bomb', deflateBomb, JSON_TYPE, 'Content-Encoding: deflate'],
  ['a brotli bomb', brotliBomb, JSON_TYPE, 'Content-Encoding: br'],
  ['a gzip bomb in gzip', gzipSync(gzipBomb), JSON_TYPE, 'Content-Encoding: gzip, gzip'],
  ['not gzip, as the header says', text, JSON_TYPE, 'Content-Encoding: gzip'],
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
  ['an empty body', '', JSON_TYPE],
  ['a JSON true', 'true', JSON_TYPE],
  ['a JSON array', `[${text}]`, JSON_TYPE],
  ['half of the JSON', text.slice(0, 30), JSON_TYPE],
  ['two JSON values', `${text}${text}`, JSON_TYPE],
  ['a JSON comment', `${text}/**/`, JSON_TYPE],
  ['NaN', '{"username":NaN}', JSON_TYPE],
  ['10,000 brackets', `{"username":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, JSON_TYPE],
  ['5,000 keys', `{${Array.from({length: 5_000}, (_, key) => `"${key}":0`).join()}}`, JSON_TYPE],
  ['97 kB', JSON.stringify({...mallory, username: 'a'.repeat(97 * 1024)}), JSON_TYPE],
  ['1 MB', JSON.stringify({...mallory, username: 'a'.repeat(1024 * 1024)}), JSON_TYPE],
];

/** Heads that two parsers could read differently. After most of them, the body smuggles another request. */
export const HEADS: [what: string, line: string, ...headers: string[]][] = [
  ['a length and chunks', 'POST /api/users', JSON_TYPE, 'Content-Length: 5', 'Transfer-Encoding: chunked'],
  ['chunks and a length', 'POST /api/users', JSON_TYPE, 'Transfer-Encoding: chunked', 'Content-Length: 5'],
  ['an unknown transfer coding', 'POST /api/users', JSON_TYPE, 'Transfer-Encoding: xchunked'],
  ['chunked before gzip', 'POST /api/users', JSON_TYPE, 'Transfer-Encoding: chunked, gzip'],
  ['gzip before chunked', 'POST /api/users', JSON_TYPE, 'Transfer-Encoding: gzip, chunked'],
  ['chunked twice', 'POST /api/users', JSON_TYPE, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
  ['a space before the colon', 'POST /api/users', JSON_TYPE, 'Transfer-Encoding : chunked'],
  ['two lengths', 'POST /api/users', JSON_TYPE, 'Content-Length: 5', 'Content-Length: 6'],
  ['two lengths in one header', 'POST /api/users', JSON_TYPE, 'Content-Length: 5, 5'],
  ['a length with a sign', 'POST /api/users', JSON_TYPE, 'Content-Length: +5'],
  ['a length in hexadecimal', 'POST /api/users', JSON_TYPE, 'Content-Length: 0x5'],
  ['a negative length', 'POST /api/users', JSON_TYPE, 'Content-Length: -1'],
  ['a length of 30 digits', 'POST /api/users', JSON_TYPE, `Content-Length: ${'9'.repeat(30)}`],
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
  ['a path that goes up', 'GET /api/../../etc/passwd'],
  ['an encoded path that goes up', 'GET /api/users/%2e%2e%2f%2e%2e%2fetc%2fpasswd'],
  ['broken percent signs', 'GET /api/users/%zz%'],
  ['an overlong dot', 'GET /api/users/%c0%ae%c0%ae'],
  ['a full-width dot', 'GET /api/users/%ef%bc%8e%ef%bc%8e'],
  ['two slashes', 'GET //api/users'],
  ['another method', 'PUT /api/users'],
  ['TRACE', 'TRACE /api/users', 'Cookie: a=b'],
  ['CONNECT', 'CONNECT 127.0.0.1:27017'],
  ['a method in lower case', 'get /api/users'],
  ['a header that overrides the method', 'PUT /api/users', 'X-HTTP-Method-Override: GET', 'X-Method-Override: GET'],
  ['an Accept that no answer matches', 'GET /api/users', 'Accept: text/html'],
];
