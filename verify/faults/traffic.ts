import {setTimeout as wait} from 'node:timers/promises';
import {created, orderOf, placeOrder, registerMany} from './api.ts';
import type {System} from './system.ts';
import type {Run} from './run.ts';
import {startLoad, type Load, type PhaseOptions} from '../lib/load/start.ts';
import type {Stream} from '../lib/load/plan.ts';
import {answeredOf} from '../lib/load/report.ts';

// The usual load on orders: half of the requests place an order, half read one.

const BUYERS = 10;

type Clients = Pick<Stream, 'rate' | 'clients' | 'retry'>;

/** The streams of the usual load, with `rate` requests a second in total, or with `clients` clients in each stream. */
export async function usualTraffic(system: System, {rate, ...clients}: Clients): Promise<Stream[]> {
  const buyers = await registerMany(system, `buyer-${performance.now().toFixed(0)}`, BUYERS);
  const [buyer = ''] = buyers;
  const order = created(await placeOrder(system, buyer, `read-${buyer}`));
  const url = `${system.orders.url}/api/orders`;
  const each = {...clients, ...(rate !== undefined && {rate: rate / 2})};
  const headers = {...system.auth.admin, 'Idempotency-Key': `${buyer}-{n}`};
  return [
    {...each, name: 'orders', method: 'POST', url, ids: buyers, headers, body: JSON.stringify(orderOf('{id}', 'book'))},
    {...each, name: 'reads', method: 'GET', url: `${url}/${order}`, headers: system.auth.admin},
  ];
}

/** Sends a phase for so long, without waiting for its last answers. */
export async function during(load: Load, phase: string, seconds: number, options?: PhaseOptions): Promise<void> {
  load.enter(phase, options);
  await wait(seconds * 1000);
}

const CLIENTS = 16;
const WARM_S = 6;
const MEASURE_S = 6;

/** The throughput of a warm system at saturation, in requests a second. */
export async function capacityOf(system: System, run: Run): Promise<number> {
  const load = await startLoad(await usualTraffic(system, {clients: CLIENTS}), run);
  await during(load, 'warm', WARM_S);
  await during(load, 'measured', MEASURE_S);
  return answeredOf(await load.stop(), 'measured').length / MEASURE_S;
}
