import {setTimeout as wait} from 'node:timers/promises';
import {created, orderOf, placeOrder, registerMany} from './api.ts';
import type {Duet} from './duet.ts';
import type {Lab} from './lab.ts';
import {startLoad, type Load} from './load.ts';
import type {Outcomes, Report, Stream} from './load/plan.ts';
import {outcomesOf} from './load/report.ts';

// What clients usually want of orders: half of them order, half of them read an order.

const BUYERS = 10;

type Clients = Pick<Stream, 'rate' | 'clients' | 'retry'>;

/** At `rate` requests a second altogether, or of as many clients on each side. */
export async function usualTraffic(duet: Duet, {rate, ...clients}: Clients): Promise<Stream[]> {
  const buyers = await registerMany(duet, `buyer-${performance.now().toFixed(0)}`, BUYERS);
  const [buyer = ''] = buyers;
  const order = created(await placeOrder(duet, buyer, `read-${buyer}`));
  const url = `${duet.orders.url}/api/orders`;
  const each = {...clients, ...(rate !== undefined && {rate: rate / 2})};
  const headers = {'Idempotency-Key': `${buyer}-{n}`};
  return [
    {...each, name: 'orders', method: 'POST', url, ids: buyers, headers, body: JSON.stringify(orderOf('{id}', 'book'))},
    {...each, name: 'reads', method: 'GET', url: `${url}/${order}`},
  ];
}

/** Milliseconds of what was answered as it should be. */
export function answeredOf(report: Report, ...phases: string[]): number[] {
  return [
    ...(outcomesOf(report, 'orders', ...phases)['201'] ?? []),
    ...(outcomesOf(report, 'reads', ...phases)['200'] ?? []),
  ];
}

export function othersOf(report: Report, ...phases: string[]): Outcomes {
  const {201: _created, ...orders} = outcomesOf(report, 'orders', ...phases);
  const {200: _read, ...reads} = outcomesOf(report, 'reads', ...phases);
  const all: Outcomes = {...orders};
  for (const [outcome, ms] of Object.entries(reads)) all[outcome] = [...(all[outcome] ?? []), ...ms];
  return all;
}

/** Keeps the load up at this multiple of its rates for so long. */
export async function during(load: Load, phase: string, factor: number, seconds: number): Promise<void> {
  load.enter(phase, factor);
  await wait(seconds * 1000);
}

const CLIENTS = 16;
const WARM_S = 6;
const MEASURE_S = 6;

/** The requests a second that get their answer when clients ask as soon as they can, with a system that is warm. */
export async function capacityOf(duet: Duet, {config, ground}: Lab): Promise<number> {
  const load = await startLoad(await usualTraffic(duet, {clients: CLIENTS}), config.FAULTS_SEED, ground.signal);
  await during(load, 'warm', 1, WARM_S);
  await during(load, 'measured', 1, MEASURE_S);
  return answeredOf(await load.stop(), 'measured').length / MEASURE_S;
}
