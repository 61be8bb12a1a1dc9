import {call} from '../../lib/client.ts';
import {shown} from '../../lib/claims.ts';
import type {Stream} from '../../lib/load/plan.ts';
import {answeredOf, countOf, countsOf, othersOf, outcomesOf} from '../../lib/load/report.ts';
import {startLoad} from '../../lib/load/start.ts';
import {residentMib} from '../../lib/scrape.ts';
import {p99} from '../../lib/stats.ts';
import {created, credentialsOf, register, registration} from '../api.ts';
import type {Run} from '../run.ts';
import {AS_IN_PODS, withSystem, type System} from '../system.ts';
import {POD_MIB} from '../../lib/pod.ts';
import {during, usualTraffic} from '../traffic.ts';

const RATE = 100;
const SECONDS = 8;

/**
 * Others may wait so many times as long as alone, or so many milliseconds longer: half as long as 64 requests take a core.
 * The greedy client and MongoDB take it from the services as well.
 */
const [SLOWER, MS] = [3, 25];

/** The services look at their load four times a second, and need some looks to find how much one client may have. */
const RISING_S = 2;

const [ORDERS, LINES] = [200, 100];

/** What one client sends beside others: without a pause on so many connections at once, or so often a second. */
type Greed = Pick<Stream, 'clients' | 'rate'> & {
  stream: (system: System) => Promise<Omit<Stream, 'name'>>;
  others: (system: System) => Promise<Stream[]>;
  /** Settings of users for it. */
  limits?: Record<string, string>;
};

const ordersAndReads = (system: System): Promise<Stream[]> => usualTraffic(system, {rate: RATE});

/** The lists of one who has 20,000 lines of orders. */
export const lists: Greed = {
  clients: 60,
  others: ordersAndReads,
  async stream(system) {
    const {auth, orders} = system;
    const [user, url] = [await register(system, 'reader'), `${orders.url}/api/orders`];
    const headers = await auth.user(user);
    const products = Array.from({length: LINES}, (_, line) => ({productId: `book-${line}`, quantity: 1, price: 1}));
    for (let count = 0; count < ORDERS; count += 1) {
      created(await call('POST', url, {headers, json: {userId: user, products}}));
    }
    return {method: 'GET', url: `${url}?userId=${user}&limit=${ORDERS}`, headers};
  },
};

/** Tokens that are none. */
export const badTokens: Greed = {
  clients: 60,
  others: ordersAndReads,
  stream: ({orders}) =>
    Promise.resolve({method: 'GET', url: `${orders.url}/api/orders`, headers: {authorization: 'Bearer a.b.c'}}),
};

/** Passwords of combining marks, which take quadratic time to normalise. Another one reads a user. */
export const marks: Greed = {
  clients: 60,
  others: async system => {
    const url = `${system.users.url}/api/users/${await register(system, 'another')}`;
    return [{name: 'reads', method: 'GET', url, rate: RATE}];
  },
  async stream({users}) {
    const password = '\\u0300'.repeat(7_950) + '\\u0316'.repeat(7_950);
    const body = JSON.stringify(registration('marks')).replace(registration('marks').password, () => password);
    return {method: 'POST', url: `${users.url}/api/users`, body};
  },
};

/** Guesses of a password. Another one logs in as often as its address may. */
export const guesses: Greed = {
  rate: 600,
  limits: {ATTEMPTS_PER_ADDRESS: '60'},
  others: async system => {
    await register(system, 'another');
    const headers = {'x-forwarded-for': '198.51.100.7'};
    return [{...logIn(system, 'another'), name: 'logins', headers, rate: 0.8}];
  },
  async stream(system) {
    await register(system, 'guessed');
    const {password, ...login} = credentialsOf('guessed');
    return {...logIn(system, 'guessed'), body: JSON.stringify({...login, password: `not ${password}`})};
  },
};

const logIn = ({users}: System, name: string): Omit<Stream, 'name'> => ({
  method: 'POST',
  url: `${users.url}/api/sessions`,
  body: JSON.stringify(credentialsOf(name)),
});

/** One client that asks without a pause neither slows the others much nor fills the memory. */
export async function greedy(run: Run, {stream, others: traffic, limits, ...how}: Greed): Promise<string> {
  const behindProxy = {TRUSTED_PROXIES: '1'};
  const settings = {
    users: {...AS_IN_PODS.users, ...behindProxy, ...limits},
    orders: {...AS_IN_PODS.orders, ...behindProxy},
  };
  return withSystem(run, settings, async system => {
    const sent = await stream(system);
    const greed: Stream = {
      ...sent,
      name: 'greed',
      ...how,
      headers: {...sent.headers, 'x-forwarded-for': '203.0.113.9'},
    };
    const load = await startLoad(await traffic(system), run);
    await during(load, 'warm', 3);
    await during(load, 'alone', SECONDS);
    const beside = await startLoad([greed], run);
    beside.enter('greed');
    await during(load, 'rising', RISING_S);
    await during(load, 'beside', SECONDS);
    const memoryMib = Math.max(await residentMib(system.orders.opsUrl), await residentMib(system.users.opsUrl));
    const greeds = outcomesOf(await beside.stop(), 'greed', 'greed');
    const report = await load.stop();

    const [alone, answered] = [answeredOf(report, 'alone'), answeredOf(report, 'beside')];
    const [aloneMs, besideMs] = [p99(alone), p99(answered)];
    const others = othersOf(report, 'beside');
    const share = answered.length / (answered.length + countOf(others));
    const figures = `p99 of others ${aloneMs.toFixed(0)} ms alone, ${besideMs.toFixed(0)} ms beside one greedy client (${countsOf(greeds)}); ${(share * 100).toFixed(1)} % of them answered${countOf(others) > 0 ? `, ${countsOf(others)}` : ''}; ${memoryMib.toFixed(0)} MiB at most`;
    return shown(figures, {
      'others are hardly slower': besideMs <= Math.max(SLOWER * aloneMs, aloneMs + MS * run.config.FAULTS_SCALE),
      '99 % of the others are answered': share >= 0.99,
      'memory is bounded': memoryMib <= POD_MIB,
    });
  });
}
