import type {Method} from 'got';
import {credentialsOf, nobody, placeOrder, registration} from '../api.ts';
import {call, type Answer} from '../../lib/client.ts';
import {keyOf, type Fixtures} from './fixtures.ts';

export type Order = {id: string; status: string; products: {productId: string}[]};
export type User = {id: string; username: string};
export type Stored = {orders: Order[]; users: User[]};

export type Expected = {
  status: number;
  code: string;
  /** The deadline of the answer, without what a slow machine adds. */
  withinMs: number;
  /** How often the change may be stored afterwards. */
  stored: readonly number[];
};

/**
 * Calls that a fault affects in the same way. `lookup` must ask users, `cached` can use the cache, `keys` needs no
 * database.
 */
export type Group = 'lookup' | 'cached' | 'orders' | 'users' | 'keys';

export const serviceOf = (group: Group): 'users' | 'orders' =>
  group === 'users' || group === 'keys' ? 'users' : 'orders';

export type Call = {
  title: string;
  group: Group;
  /** How many of these calls are made at the same time. */
  times: number;
  send(fixtures: Fixtures, index: number): Promise<Answer>;
  /** The outcome without a fault. */
  usual: Expected;
  /** How often the change is in the databases; left out for calls that change nothing. */
  count?(stored: Stored, fixtures: Fixtures, index: number): number;
};

/** No call takes as long on two cores that do nothing else. */
const USUAL_MS = 400;

const usual = (status: number, code = '', stored: Expected['stored'] = []): Expected => ({
  status,
  code,
  withinMs: USUAL_MS,
  stored,
});

const ordersWith = ({orders}: Stored, key: string): number =>
  orders.filter(({products}) => products.some(({productId}) => productId === key)).length;

const place = (
  title: string,
  group: Group,
  times: number,
  buyerOf: (fixtures: Fixtures, index: number) => string,
  expected: Expected,
): Call => ({
  title,
  group,
  times,
  send: (fixtures, index) => placeOrder(fixtures.system, buyerOf(fixtures, index), keyOf(fixtures, title, index)),
  usual: expected,
  count: (stored, fixtures, index) => ordersWith(stored, keyOf(fixtures, title, index)),
});

/** As its buyer; only an admin may mark it paid. */
const onOrder = (title: string, method: Method): Omit<Call, 'times'> => ({
  title,
  group: 'orders',
  send: async ({system, known, orders}, index) =>
    call(method, `${system.orders.url}/api/orders/${orders[index]}`, {headers: await system.auth.user(known)}),
  usual: usual(200),
});

const onKnownUser = (title: string, method: Method): Call => ({
  title,
  group: 'users',
  times: 3,
  send: async ({system, known}) =>
    call(method, `${system.users.url}/api/users/${known}`, {headers: await system.auth.user(known)}),
  usual: usual(200),
});

const list = (group: 'orders' | 'users'): Call => ({
  title: 'list',
  group,
  times: 3,
  send: ({system}) => call('GET', `${system[group].url}/api/${group}`, {headers: system.auth.admin}),
  usual: usual(200),
});

/** Every call of both services. Three place orders, of buyers who differ in what orders has cached. */
export const calls: Call[] = [
  // First, because a write is only sent until the database is known to be away.
  {
    title: 'PATCH',
    group: 'orders',
    times: 3,
    send: ({system, orders}, index) =>
      call('PATCH', `${system.orders.url}/api/orders/${orders[index]}`, {
        json: {status: 'paid'},
        headers: system.auth.admin,
      }),
    usual: usual(200, '', [1]),
    count: ({orders}, fixtures, index) =>
      orders.filter(({id, status}) => id === fixtures.orders[index] && status === 'paid').length,
  },
  // Twice as many as open the breaker, and enough to earn two retries.
  place('unseen', 'lookup', 20, ({unseen}, index) => unseen[index] ?? '', usual(201, '', [1])),
  place('nobody', 'lookup', 20, (_world, index) => nobody(index), usual(400, 'unknown_user', [0])),
  place('known', 'cached', 5, ({known}) => known, usual(201, '', [1])),
  {
    title: 'replay',
    group: 'orders',
    times: 3,
    send: (fixtures, index) => placeOrder(fixtures.system, fixtures.known, keyOf(fixtures, 'order', index)),
    usual: usual(201, '', [0]),
    // Without the order that is replayed.
    count: (stored, fixtures, index) => ordersWith(stored, keyOf(fixtures, 'order', index)) - 1,
  },
  {...onOrder('GET', 'GET'), times: 3},
  {...onOrder('HEAD', 'HEAD'), times: 3},
  list('orders'),
  {
    title: 'register',
    group: 'users',
    times: 3,
    send: ({system, row}, index) =>
      call('POST', `${system.users.url}/api/users`, {json: registration(`new-${row}-${index}`)}),
    usual: usual(201, '', [1]),
    count: ({users}, {row}, index) => users.filter(({username}) => username === `new-${row}-${index}`).length,
  },
  onKnownUser('GET', 'GET'),
  onKnownUser('HEAD', 'HEAD'),
  list('users'),
  {
    title: 'lookup',
    group: 'users',
    times: 3,
    send: async ({system, known}) =>
      call('POST', `${system.users.url}/api/user-lookups`, {
        json: {ids: [known]},
        headers: await system.auth.user(known),
      }),
    usual: usual(200),
  },
  {
    title: 'PATCH',
    group: 'users',
    times: 3,
    send: async ({system, row, unseen}, index) =>
      call('PATCH', `${system.users.url}/api/users/${unseen[index]}`, {
        json: {username: `changed-${row}-${index}`},
        headers: await system.auth.user(unseen[index] ?? ''),
      }),
    usual: usual(200, '', [1]),
    count: ({users}, {row}, index) => users.filter(({username}) => username === `changed-${row}-${index}`).length,
  },
  {
    title: 'DELETE',
    group: 'users',
    times: 2,
    send: async ({system, victims}, index) =>
      call('DELETE', `${system.users.url}/api/users/${victims[index]}`, {
        headers: await system.auth.user(victims[index] ?? ''),
      }),
    usual: usual(204, '', [1]),
    count: ({users}, {victims}, index) => (users.some(({id}) => id === victims[index]) ? 0 : 1),
  },
  {
    title: 'login',
    group: 'users',
    times: 3,
    send: ({system}) => call('POST', `${system.users.url}/api/sessions`, {json: credentialsOf('known')}),
    usual: usual(201),
  },
  {
    title: 'JWKS',
    group: 'keys',
    times: 3,
    send: ({system}) => call('GET', `${system.users.url}/.well-known/jwks.json`),
    usual: usual(200),
  },
];
