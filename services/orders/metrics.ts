import {Counter, Histogram, type Registry} from 'prom-client';
import {startAtZero} from '#platform/metrics.ts';
import {OrderStatus} from './contract.ts';
import type {Observe} from './orders.ts';

/** Counts what happens to orders. */
export function countOrders(registry: Registry): Observe {
  const orders = new Counter({
    name: 'orders_total',
    help: 'Orders by the status that they came to.',
    labelNames: ['status'],
    registers: [registry],
  });
  startAtZero(orders, 'status', OrderStatus.options);
  const replays = new Counter({
    name: 'orders_idempotent_replays_total',
    help: 'Answers that were given again for a known idempotency key.',
    registers: [registry],
  });
  const value = new Histogram({
    name: 'orders_value',
    help: 'Totals of new orders, in the currency of their prices.',
    buckets: [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 10_000],
    registers: [registry],
  });

  return (event, {status, totalCents}) => {
    if (event === 'replayed') return replays.inc();
    orders.inc({status});
    if (event === 'placed') value.observe(totalCents / 100);
  };
}
