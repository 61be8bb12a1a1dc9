import fc from 'fast-check';
import {BODIES, HEADS, IDS, JSON_TYPE, KEYS, mallory, POISON, QUERIES, type Json} from './attack-cases.ts';

// Requests that a service must refuse without changing anything, as the bytes on the wire.

export type Attack = {service: 'users' | 'orders'; what: string; bytes: Buffer};

/** The ids of the user and the order that the attacked services hold. */
export type Known = {user: string; order: string};

type Path = (string | number)[];

const HOST = 'Host: a\r\nConnection: close\r\n';

const request = (line: string, headers: string[] = [], body: string | Buffer = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`${line} HTTP/1.1\r\n${HOST}${headers.map(header => `${header}\r\n`).join('')}\r\n`),
    Buffer.from(body),
  ]);

/** The request with these headers as well. */
export function withHeaders(bytes: Buffer, headers: Record<string, string>): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const end = bytes.indexOf('\r\n') + 2;
  return Buffer.concat([bytes.subarray(0, end), Buffer.from(lines.join('')), bytes.subarray(end)]);
}

const withBody = (line: string, body: string | Buffer, headers = [JSON_TYPE]): Buffer =>
  request(line, [...headers, `Content-Length: ${Buffer.byteLength(body)}`], body);

const credentials = {email: mallory.email, password: mallory.password};

/** Every call that writes or logs in, with a valid body, and the places in the body where poison is put. */
const writesOf = ({user, order}: Known) =>
  [
    ['users', 'POST /api/users', mallory, [[], ['username'], ['email'], ['password']]],
    ['users', `PATCH /api/users/${user}`, mallory, [[], ['username'], ['email'], ['password']]],
    ['users', 'POST /api/sessions', credentials, [[], ['email'], ['password']]],
    [
      'orders',
      'POST /api/orders',
      {userId: user, products: [{productId: 'book', quantity: 1, price: 1}]},
      [[], ['userId'], ['products'], ['products', 0], ['products', 0, 'productId'], ['products', 0, 'price']],
    ],
    ['orders', `PATCH /api/orders/${order}`, {status: 'paid'}, [[], ['status']]],
  ] as const satisfies [Attack['service'], string, Json, Path[]][];

/** A copy of the value, with `poison` at this path. */
function replace(value: Json, [step, ...rest]: Path, poison: Json): Json {
  if (step === undefined) return poison;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? replace(item, rest, poison) : item));
  const object = value as Record<string, Json>;
  return {...object, [step]: replace(object[step] ?? null, rest, poison)};
}

/** The JSON text of the value, with another key in the object at this path. As text, because an assignment cannot add `__proto__`. */
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

/** Ids of nothing, with every method that could read, change or delete something by its id. */
const ids = ({user, order}: Known): fc.Arbitrary<Attack> =>
  fc
    .tuple(
      fc.constantFrom('users' as const, 'orders' as const),
      fc.constantFrom('GET', 'DELETE', 'PATCH'),
      fc.constantFrom(...IDS, `${user}\u0000`, `${order} `, `${user},${order}`, `${user}/..`, 'a'.repeat(1_500)),
      fc.constantFrom(encodeURIComponent, (id: string) => encodeURIComponent(encodeURIComponent(id))),
    )
    .map(([service, method, id, encode]) => {
      const line = `${method} /api/${service}/${encode(id)}`;
      const body = service === 'users' ? mallory : {status: 'paid'};
      return {service, what: line, bytes: method === 'PATCH' ? withBody(line, JSON.stringify(body)) : request(line)};
    });

const queries = fc
  .tuple(fc.constantFrom('users' as const, 'orders' as const), fc.constantFrom(...QUERIES))
  .map(([service, query]) => ({
    service,
    what: `?${query}`.slice(0, 80),
    bytes: request(`GET /api/${service}?${query}`),
  }));

const bodies = fc.constantFrom(...BODIES).map(([what, body, ...headers]) => ({
  service: 'users' as const,
  what: `body: ${what}`,
  bytes: withBody('POST /api/users', body, headers),
}));

const hidden = withBody('POST /api/users', JSON.stringify(mallory)).toString();

const heads = fc.constantFrom(...HEADS).map(([what, line, ...headers]) => ({
  service: 'users' as const,
  what,
  bytes: request(line, headers, line.startsWith('POST') ? `0\r\n\r\n${hidden}` : ''),
}));

/** Attacks of every kind, each equally often however many cases it has. */
export const attacks = (known: Known): fc.Arbitrary<Attack> =>
  fc.oneof(operators(known), surplusKeys(known), ids(known), queries, bodies, heads);
