import test from 'ava';
import {Registry} from 'prom-client';
import {OrderStatus} from '../contract.ts';
import {countOrders} from '../metrics.ts';
import type {Order} from '../orders.ts';

const order = {status: 'pending', totalCents: 5_997} as Order;

test('a new order is counted with its value, a replay is not, and every status is a series from the start', async t => {
  const registry = new Registry();
  const observe = countOrders(registry);

  observe('placed', order);
  observe('replayed', order);
  observe('moved', {...order, status: 'paid'});

  const text = await registry.metrics();
  for (const status of OrderStatus.options) {
    const count = ['pending', 'paid'].includes(status) ? 1 : 0;
    t.true(text.includes(`orders_total{status="${status}"} ${count}\n`), status);
  }
  t.regex(text, /orders_idempotent_replays_total 1\n/u);
  t.regex(text, /orders_value_sum 59\.97\n/u);
  t.regex(text, /orders_value_count 1\n/u);
});
