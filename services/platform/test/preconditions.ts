import type {Route} from '../router.ts';

type Headers = {'if-match': string} | {'if-none-match': string};

/** Preconditions of a call to a document at version 1, and what they make of it. */
export const preconditions: [headers: Headers, read: 'served' | 304 | 412, write: 'served' | 412][] = [
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

/** The calls that preconditions apply to: those of every route with a document's id in its path. */
export const conditionalCalls = (routes: Pick<Route<never>, 'method' | 'path' | 'status'>[]) =>
  routes
    .filter(({path}) => path.endsWith('/:id'))
    .flatMap(({method, status}) =>
      (method === 'get' ? (['get', 'head'] as const) : [method]).map(verb => ({method: verb, status})),
    );
