import {setTimeout as wait} from 'node:timers/promises';
import {shuffled} from '../../lib/random.ts';
import {orderOf, registerMany} from '../api.ts';
import {listAll} from '../../lib/client.ts';
import {withSystem, type System} from '../system.ts';
import {shown} from '../../lib/claims.ts';
import type {Run} from '../run.ts';
import {startLoad} from '../../lib/load/start.ts';
import type {Report, Stream} from '../../lib/load/plan.ts';
import {countOf, outcomesOf} from '../../lib/load/report.ts';

const parts = ['orders', 'users', 'ordersMongod', 'usersMongod'] as const;
type Name = (typeof parts)[number];

const BUYERS = 50;

/** Counts of orders sent, acknowledged, lost and stored twice. */
type Ledger = {sent: number; acknowledged: number; lost: number; doubled: number; longestS: number};

/** While every process is killed again and again, clients retry with their key: no order is lost or stored twice. */
export async function kills(run: Run): Promise<string> {
  const {FAULTS_KILLS: times, FAULTS_RATE: rate} = run.config;
  const {sent, acknowledged, lost, doubled, longestS} = await orderWhile(run, 'order-{n}', [...parts]);
  const control = await orderWhile(run, undefined, ['orders']);

  const figures = `${times} kills of each of ${parts.length} processes at ${rate} POST/s: ${acknowledged} of ${sent} orders acknowledged, ${lost} lost, ${doubled} stored twice, the slowest after ${longestS.toFixed(1)} s with its retries (control without a key, ${times} kills of orders: ${control.doubled} of ${control.acknowledged} stored twice)`;
  return shown(figures, {
    'no acknowledged order is lost': lost === 0,
    'no order is stored twice': doubled === 0,
    'every order is acknowledged in the end': acknowledged === sent,
    'without a key, some orders are stored twice': control.doubled > 0,
  });
}

/** Clients order while each of these processes is killed FAULTS_KILLS times, in a random sequence, by the seed. */
function orderWhile(run: Run, key: string | undefined, victims: Name[]): Promise<Ledger> {
  const {config, random} = run;
  return withSystem(run, {}, async system => {
    const load = await startLoad([await ordersFor(system, config.FAULTS_RATE, key)], run);
    load.enter('kills');
    const kills = victims.flatMap(name => Array<Name>(config.FAULTS_KILLS).fill(name));
    for (const victim of shuffled(kills, random)) {
      await wait(300 + random() * 700);
      await system[victim].kill();
      await system[victim].start();
    }
    return compare(await load.stop(), await storedOrders(system));
  });
}

async function ordersFor(system: System, rate: number, key: string | undefined): Promise<Stream> {
  return {
    name: 'orders',
    method: 'POST',
    url: `${system.orders.url}/api/orders`,
    ids: await registerMany(system, 'buyer', BUYERS),
    body: JSON.stringify(orderOf('{id}', 'order-{n}')),
    headers: {...system.auth.admin, ...(key !== undefined && {'Idempotency-Key': key})},
    rate,
    retry: {times: 1_000, pauseMs: 300},
    lists: true,
  };
}

/** The ids of the stored orders by product, which is another one for each order that a client sends. */
async function storedOrders({auth, orders}: System): Promise<Map<string, string[]>> {
  const stored = new Map<string, string[]>();
  for (const {id, products} of await listAll<{id: string; products: {productId: string}[]}>(
    `${orders.url}/api/orders`,
    auth.admin,
  )) {
    const [{productId} = {productId: ''}] = products;
    stored.set(productId, [...(stored.get(productId) ?? []), id]);
  }
  return stored;
}

function compare(report: Report, stored: Map<string, string[]>): Ledger {
  const outcomes = outcomesOf(report, 'orders', 'kills');
  const acknowledged = Object.entries(report.created['orders'] ?? {});
  return {
    sent: countOf(outcomes),
    acknowledged: acknowledged.length,
    lost: acknowledged.filter(([n, id]) => !stored.get(`order-${n}`)?.includes(id)).length,
    doubled: [...stored.values()].filter(ids => ids.length > 1).length,
    longestS: Math.max(...(outcomes['201'] ?? [])) / 1000,
  };
}
