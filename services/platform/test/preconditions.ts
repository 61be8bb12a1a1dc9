import type {Got} from 'got';
import type {Route} from '../router.ts';

type Headers = Record<string, string>;

/** Preconditions of a call for a document at version 1, and what they make of it. */
const preconditions: [headers: Headers, read: 'served' | 304 | 412, write: 'served' | 412][] = [
  [{'if-match': '"1"'}, 'served', 'served'],
  [{'if-match': '"2", "1"'}, 'served', 'served'],
  [{'if-match': '*'}, 'served', 'served'],
  [{'if-match': '"2"'}, 412, 412],
  [{'if-match': '"01"'}, 412, 412],
  [{'if-match': 'W/"1"'}, 412, 412],
  [{'if-none-match': '"2"'}, 'served', 'served'],
  [{'if-none-match': '"01"'}, 'served', 'served'],
  [{'if-none-match': '"1"'}, 304, 412],
  [{'if-none-match': 'W/"1"'}, 304, 412],
  [{'if-none-match': '*'}, 304, 412],
];

type Method = 'get' | 'head' | 'patch' | 'delete';

/** The methods that preconditions apply to: those of every route with a document's id in its path. */
export const conditionalMethods = (routes: Pick<Route<never>, 'method' | 'path'>[]): Method[] =>
  routes
    .filter(({path}) => path.endsWith('/:id'))
    .flatMap(({method}) => (method === 'get' ? ['get', 'head'] : [method as Method]));

/** The right answer to each of these preconditions: `served`, or a status and nothing changed. */
export const verdictsOf = (method: Method): Record<string, unknown> =>
  Object.fromEntries(
    preconditions.map(([headers, read, write]) => {
      const verdict = method === 'get' || method === 'head' ? read : write;
      return [JSON.stringify(headers), verdict === 'served' ? verdict : `${verdict}, and nothing changed`];
    }),
  );

/** What a service makes of each of these preconditions, every time in a call for a new document at version 1. */
export async function tryPreconditions(
  api: Got,
  method: Method,
  create: () => Promise<string>,
  change: object,
): Promise<Record<string, unknown>> {
  const given: Record<string, unknown> = {};
  for (const [headers] of preconditions) {
    const path = await create();
    const before = await api.get(path);
    const body = method === 'patch' ? {json: change} : {};
    const response = await api(path, {method, headers, ...body, responseType: 'text'});

    const after = await api.get(path);
    const isSame =
      JSON.stringify([before.body, before.headers.etag]) === JSON.stringify([after.body, after.headers.etag]);
    given[JSON.stringify(headers)] = verdict(response.statusCode, response.rawBody.length, isSame, response.headers);
  }
  return given;
}

function verdict(status: number, bodyLength: number, isSame: boolean, headers: Headers | object): string {
  const {etag, 'x-problem-code': code} = headers as Headers;
  if (status < 300) return 'served';
  if (status === 304 && (bodyLength > 0 || etag !== '"1"')) return '304 with a body or another ETag';
  if (status === 412 && code !== 'changed') return `412 ${code}`;
  return `${status}, ${isSame ? 'and nothing changed' : 'but something changed'}`;
}
