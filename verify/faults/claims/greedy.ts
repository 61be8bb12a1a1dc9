import {call} from '../../lib/client.ts';
import {shown} from '../../lib/claims.ts';
import type {Stream} from '../../lib/load/plan.ts';
import {answeredOf, countOf, countsOf, othersOf, outcomesOf} from '../../lib/load/report.ts';
import {startLoad} from '../../lib/load/start.ts';
import {residentMib} from '../../lib/scrape.ts';
import {p99} from '../../lib/stats.ts';
import {created, register, registration} from '../api.ts';
import type {Run} from '../run.ts';
import {AS_IN_PODS, POD_MIB, withSystem, type System} from '../system.ts';
import {during, usualTraffic} from '../traffic.ts';

const RATE = 100;
const SECONDS = 8;

/** Others may wait so many times as long as alone, or so many milliseconds longer: two measurements differ by that. */
const [SLOWER, NOISE_MS] = [3, 15];

const [ORDERS, LINES] = [200, 100];

/** What one client sends again and again, on so many connections at once. */
type Greed = {clients: number; stream: (system: System) => Promise<Omit<Stream, 'name'>>};

/** The lists of one who has 20,000 lines of orders. */
export const lists: Greed = {
  clients: 60,
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
  stream: ({orders}) =>
    Promise.resolve({method: 'GET', url: `${orders.url}/api/orders`, headers: {authorization: 'Bearer a.b.c'}}),
};

/** Passwords of combining marks, which take quadratic time to normalise. */
export const marks: Greed = {
  clients: 60,
  async stream({users}) {
    const password = '\\u0300'.repeat(7_950) + '\\u0316'.repeat(7_950);
    const body = JSON.stringify(registration('marks')).replace(registration('marks').password, () => password);
    return {method: 'POST', url: `${users.url}/api/users`, body};
  },
};

/** One client that asks without a pause neither slows the others much nor fills the memory. */
export async function greedy(run: Run, {clients, stream}: Greed): Promise<string> {
  const behindProxy = {TRUSTED_PROXIES: '1'};
  const settings = {users: {...AS_IN_PODS.users, ...behindProxy}, orders: {...AS_IN_PODS.orders, ...behindProxy}};
  return withSystem(run, settings, async system => {
    const sent = await stream(system);
    const greed: Stream = {
      ...sent,
      name: 'greed',
      clients,
      headers: {...sent.headers, 'x-forwarded-for': '203.0.113.9'},
    };
    const load = await startLoad(await usualTraffic(system, {rate: RATE}), run);
    await during(load, 'warm', 3);
    await during(load, 'alone', SECONDS);
    const beside = await startLoad([greed], run);
    beside.enter('greed');
    await during(load, 'beside', SECONDS);
    const memoryMib = Math.max(await residentMib(system.orders.opsUrl), await residentMib(system.users.opsUrl));
    const greeds = outcomesOf(await beside.stop(), 'greed', 'greed');
    const report = await load.stop();

    const [aloneMs, besideMs] = [p99(answeredOf(report, 'alone')), p99(answeredOf(report, 'beside'))];
    const others = othersOf(report, 'beside');
    const share = 1 - countOf(others) / (RATE * SECONDS);
    const figures = `p99 of others ${aloneMs.toFixed(0)} ms alone, ${besideMs.toFixed(0)} ms beside ${clients} connections of one client (${countsOf(greeds)}); ${(share * 100).toFixed(1)} % of them answered${countOf(others) > 0 ? `, ${countsOf(others)}` : ''}; ${memoryMib.toFixed(0)} MiB at most`;
    return shown(figures, {
      'others are hardly slower': besideMs <= Math.max(SLOWER * aloneMs, aloneMs + NOISE_MS * run.config.FAULTS_SCALE),
      '99 % of the others are answered': share >= 0.99,
      'memory is bounded': memoryMib <= POD_MIB,
    });
  });
}
