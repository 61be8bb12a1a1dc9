import {setTimeout as wait} from 'node:timers/promises';
import {nobody, placeOrder} from '../api.ts';
import {call} from '../../lib/client.ts';
import {isSlower, p99} from '../../lib/stats.ts';
import type {Fixtures} from './fixtures.ts';

/** p99 of reading an order in milliseconds, without the fault and with it. */
export type Reads = {before: number; during: number};

const READS = 300;

/** An order every 20 ms; orders must look its buyer up. */
const EVERY_MS = 20;

/** p99 of reading an order, while other orders are placed. */
export async function readsBesideOrders(fixtures: Fixtures): Promise<number> {
  const done = new AbortController();
  const placing = placeUntil(done.signal, fixtures);
  const times: number[] = [];
  const headers = await fixtures.system.auth.user(fixtures.known);
  for (let index = 0; index < READS; index += 1) {
    const {ms} = await call('GET', `${fixtures.system.orders.url}/api/orders/${fixtures.orders[0]}`, {headers});
    times.push(ms);
  }
  done.abort();
  await placing;
  return p99(times);
}

async function placeUntil(signal: AbortSignal, fixtures: Fixtures): Promise<void> {
  const sent: Promise<unknown>[] = [];
  while (!signal.aborted) {
    sent.push(placeOrder(fixtures.system, nobody(sent.length), `${fixtures.row}-beside-${sent.length}`));
    await wait(EVERY_MS);
  }
  await Promise.all(sent);
}

export const slowerReads = ({before, during}: Reads, scale: number): string[] =>
  isSlower(before, during, scale) ? [`GET p99 ${Math.round(during)} ms instead of ${Math.round(before)}`] : [];
