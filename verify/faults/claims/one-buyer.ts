import {orderOf, register} from '../api.ts';
import {withSystem} from '../system.ts';
import {shown} from '../../lib/claims.ts';
import type {Run} from '../run.ts';
import {startLoad} from '../../lib/load/start.ts';
import {countOf, countsOf, outcomesOf} from '../../lib/load/report.ts';
import {during} from '../traffic.ts';

const ORDERS = 1_000;

/** A thousand orders of one buyer in a second need at most two calls to users. */
export async function oneBuyer(run: Run): Promise<string> {
  const {outcomes, calls} = await orderInASecond(run, {});
  const control = await orderInASecond(run, {USERS_CACHE_FRESH_MS: '0'});

  const figures = `${countOf(outcomes)} orders (${countsOf(outcomes)}), ${calls} calls to users (control with USERS_CACHE_FRESH_MS=0: ${control.calls})`;
  return shown(figures, {
    'at most 2 calls to users': calls <= 2,
    'most orders are placed': (outcomes['201']?.length ?? 0) > countOf(outcomes) / 2,
    'without the cache there are more calls': control.calls > 2,
  });
}

function orderInASecond(run: Run, settings: Record<string, string>) {
  return withSystem(run, {orders: settings}, async system => {
    const buyer = await register(system, 'buyer');
    const body = JSON.stringify(orderOf(buyer, 'book'));
    const url = `${system.orders.url}/api/orders`;
    const headers = {'Idempotency-Key': 'order-{n}'};
    const load = await startLoad([{name: 'orders', method: 'POST', url, headers, body, rate: ORDERS}], run);
    const before = system.proxy.lookups();
    await during(load, 'second', 1);
    const report = await load.stop();
    return {outcomes: outcomesOf(report, 'orders', 'second'), calls: system.proxy.lookups() - before};
  });
}
