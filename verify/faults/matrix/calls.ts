import type {Method} from 'got';
import {nobody, placeOrder, registration} from '../api.ts';
import {call, type Answer, type Request} from '../client.ts';
import {keyOf, type Fixtures} from './fixtures.ts';

export type Order = {id: string; status: string; products: {productId: string}[]};
export type User = {id: string; username: string};
export type Stored = {orders: Order[]; users: User[]};

export type Expected = {
  status: number;
  code: string;
  /** The latest time of an answer, without what a machine adds. */
  withinMs: number;
  /** How often what was asked for is stored afterwards. */
  stored: readonly number[];
};

/** Calls that a fault treats alike. `check` must ask users, `known` may ask memory. */
export type Group = 'check' | 'known' | 'orders' | 'users';

export type Call = {
  title: string;
  group: Group;
  /** How often it is made, all at once. */
  times: number;
  send(fixtures: Fixtures, index: number): Promise<Answer>;
  /** What comes of it without a fault. */
  usual: Expected;
  /** How often what it asks for is in the databases; left out where it asks for no change. */
  count?(stored: Stored, fixtures: Fixtures, index: number): number;
};

/** Nothing here takes as long on two cores that do nothing else. */
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

const onOrder = (title: string, method: Method, request?: Request): Omit<Call, 'times'> => ({
  title,
  group: 'orders',
  send: ({system, orders}, index) => call(method, `${system.orders.url}/api/orders/${orders[index]}`, request),
  usual: usual(200),
});

const onKnownUser = (title: string, method: Method): Call => ({
  title,
  group: 'users',
  times: 3,
  send: ({system, known}) => call(method, `${system.users.url}/api/users/${known}`),
  usual: usual(200),
});

const list = (group: 'orders' | 'users'): Call => ({
  title: 'list',
  group,
  times: 3,
  send: ({system}) => call('GET', `${system[group].url}/api/${group}`),
  usual: usual(200),
});

/** Every call of both services: POSTs to orders by what orders knows of their buyers, and then the rest. */
export const calls: Call[] = [
  // Twice what opens the breaker, and what earns two retries.
  place('unseen', 'check', 20, ({unseen}, index) => unseen[index] ?? '', usual(201, '', [1])),
  place('nobody', 'check', 20, (_world, index) => nobody(index), usual(400, 'unknown_user', [0])),
  place('known', 'known', 5, ({known}) => known, usual(201, '', [1])),
  {
    title: 'again',
    group: 'orders',
    times: 3,
    send: (fixtures, index) => placeOrder(fixtures.system, fixtures.known, keyOf(fixtures, 'order', index)),
    usual: usual(201, '', [0]),
    // Besides the one that is answered again.
    count: (stored, fixtures, index) => ordersWith(stored, keyOf(fixtures, 'order', index)) - 1,
  },
  {...onOrder('GET', 'GET'), times: 3},
  list('orders'),
  {
    ...onOrder('PATCH', 'PATCH', {json: {status: 'paid'}}),
    times: 3,
    usual: usual(200, '', [1]),
    count: ({orders}, fixtures, index) =>
      orders.filter(({id, status}) => id === fixtures.orders[index] && status === 'paid').length,
  },
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
    title: 'PATCH',
    group: 'users',
    times: 3,
    send: ({system, row, unseen}, index) =>
      call('PATCH', `${system.users.url}/api/users/${unseen[index]}`, {json: {username: `changed-${row}-${index}`}}),
    usual: usual(200, '', [1]),
    count: ({users}, {row}, index) => users.filter(({username}) => username === `changed-${row}-${index}`).length,
  },
  {
    title: 'DELETE',
    group: 'users',
    times: 2,
    send: ({system, victims}, index) => call('DELETE', `${system.users.url}/api/users/${victims[index]}`),
    usual: usual(204, '', [1]),
    count: ({users}, {victims}, index) => (users.some(({id}) => id === victims[index]) ? 0 : 1),
  },
];
