import {setTimeout as wait} from 'node:timers/promises';
import {nobody, placeOrder} from '../api.ts';
import {call} from '../client.ts';
import {isSlower, p99} from '../../lib/stats.ts';
import {type World} from './calls.ts';

/** 99th percentiles, in milliseconds, of reading an order without the fault and with it. */
export type Reads = {before: number; during: number};

const READS = 300;

/** One order each 20 ms whose buyer orders must ask users for. */
const EVERY_MS = 20;

/** The 99th percentile of reading orders while others are placed. */
export async function readsBesideOrders(world: World): Promise<number> {
  const done = new AbortController();
  const placing = placeUntil(done.signal, world);
  const times: number[] = [];
  for (let index = 0; index < READS; index += 1) {
    const {ms} = await call('GET', `${world.duet.orders.url}/api/orders/${world.orders[0]}`);
    times.push(ms);
  }
  done.abort();
  await placing;
  return p99(times);
}

async function placeUntil(signal: AbortSignal, world: World): Promise<void> {
  const sent: Promise<unknown>[] = [];
  while (!signal.aborted) {
    sent.push(placeOrder(world.duet, nobody(sent.length), `${world.row}-beside-${sent.length}`));
    await wait(EVERY_MS);
  }
  await Promise.all(sent);
}

export const slowerReads = ({before, during}: Reads, scale: number): string[] =>
  isSlower(before, during, scale) ? [`GET p99 ${Math.round(during)} ms instead of ${Math.round(before)}`] : [];
