import {setTimeout as wait} from 'node:timers/promises';
import {nobody, placeOrder} from '../api.ts';
import {call} from '../client.ts';
import {isSlower, p99} from '../../lib/stats.ts';
import type {Fixtures} from './fixtures.ts';

/** 99th percentiles, in milliseconds, of reading an order without the fault and with it. */
export type Reads = {before: number; during: number};

const READS = 300;

/** One order each 20 ms whose buyer orders must ask users for. */
const EVERY_MS = 20;

/** The 99th percentile of reading orders while others are placed. */
export async function readsBesideOrders(fixtures: Fixtures): Promise<number> {
  const done = new AbortController();
  const placing = placeUntil(done.signal, fixtures);
  const times: number[] = [];
  for (let index = 0; index < READS; index += 1) {
    const {ms} = await call('GET', `${fixtures.system.orders.url}/api/orders/${fixtures.orders[0]}`);
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
