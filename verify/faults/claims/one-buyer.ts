import {orderOf, register} from '../api.ts';
import {withDuet} from '../duet.ts';
import {shown, type Lab} from '../lab.ts';
import {startLoad} from '../../lib/load/start.ts';
import {countOf, countsOf, outcomesOf} from '../../lib/load/report.ts';
import {during} from '../traffic.ts';

const ORDERS = 1_000;

/** However many orders one user places in a second, users is hardly asked. */
export async function oneBuyer(lab: Lab): Promise<string> {
  const {outcomes, calls} = await orderInASecond(lab, {});
  const control = await orderInASecond(lab, {USERS_CACHE_FRESH_MS: '0'});

  const figures = `${countOf(outcomes)} orders (${countsOf(outcomes)}), ${calls} calls to users (with USERS_CACHE_FRESH_MS=0: ${control.calls})`;
  return shown(figures, {
    'at most 2 calls to users': calls <= 2,
    'most of them are placed': (outcomes['201']?.length ?? 0) > countOf(outcomes) / 2,
    'without memory there are more': control.calls > 2,
  });
}

function orderInASecond({ground, config}: Lab, settings: Record<string, string>) {
  return withDuet(ground, {orders: settings}, async duet => {
    const buyer = await register(duet, 'buyer');
    const body = JSON.stringify(orderOf(buyer, 'book'));
    const url = `${duet.orders.url}/api/orders`;
    const headers = {'Idempotency-Key': 'order-{n}'};
    const load = await startLoad(
      [{name: 'orders', method: 'POST', url, headers, body, rate: ORDERS}],
      config.FAULTS_SEED,
      ground.signal,
    );
    const before = duet.proxy.requests();
    await during(load, 'second', 1, 1);
    const report = await load.stop();
    return {outcomes: outcomesOf(report, 'orders', 'second'), calls: duet.proxy.requests() - before};
  });
}
