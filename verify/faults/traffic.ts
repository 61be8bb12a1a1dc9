import {setTimeout as wait} from 'node:timers/promises';
import {created, orderOf, placeOrder, registerMany} from './api.ts';
import type {System} from './system.ts';
import type {Run} from './run.ts';
import {startLoad, type Load} from '../lib/load/start.ts';
import type {Outcomes, Report, Stream} from '../lib/load/plan.ts';
import {merged, outcomesOf} from '../lib/load/report.ts';

// What clients usually want of orders: half of them order, half of them read an order.

const BUYERS = 10;

type Clients = Pick<Stream, 'rate' | 'clients' | 'retry'>;

/** At `rate` requests a second altogether, or of as many clients on each side. */
export async function usualTraffic(system: System, {rate, ...clients}: Clients): Promise<Stream[]> {
  const buyers = await registerMany(system, `buyer-${performance.now().toFixed(0)}`, BUYERS);
  const [buyer = ''] = buyers;
  const order = created(await placeOrder(system, buyer, `read-${buyer}`));
  const url = `${system.orders.url}/api/orders`;
  const each = {...clients, ...(rate !== undefined && {rate: rate / 2})};
  const headers = {'Idempotency-Key': `${buyer}-{n}`};
  return [
    {...each, name: 'orders', method: 'POST', url, ids: buyers, headers, body: JSON.stringify(orderOf('{id}', 'book'))},
    {...each, name: 'reads', method: 'GET', url: `${url}/${order}`},
  ];
}

/** Milliseconds of what was answered as it should be. */
export function answeredOf(report: Report, ...phases: string[]): number[] {
  const {201: created = [], 200: read = []} = bothOf(report, phases);
  return [...created, ...read];
}

export function othersOf(report: Report, ...phases: string[]): Outcomes {
  const {201: _created, 200: _read, ...others} = bothOf(report, phases);
  return others;
}

/** An order that is placed is 201, one that is read 200, and never the other way. */
const bothOf = (report: Report, phases: string[]): Outcomes =>
  merged(['orders', 'reads'].map(stream => outcomesOf(report, stream, ...phases)));

/** Keeps the load up at this multiple of its rates for so long. */
export async function during(load: Load, phase: string, factor: number, seconds: number): Promise<void> {
  load.enter(phase, factor);
  await wait(seconds * 1000);
}

const CLIENTS = 16;
const WARM_S = 6;
const MEASURE_S = 6;

/** The requests a second that get their answer when clients ask as soon as they can, with a system that is warm. */
export async function capacityOf(system: System, run: Run): Promise<number> {
  const load = await startLoad(await usualTraffic(system, {clients: CLIENTS}), run);
  await during(load, 'warm', 1, WARM_S);
  await during(load, 'measured', 1, MEASURE_S);
  return answeredOf(await load.stop(), 'measured').length / MEASURE_S;
}
