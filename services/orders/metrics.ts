import {Counter, Histogram, type Registry} from 'prom-client';
import {startAtZero} from '#platform/metrics.ts';
import {OrderStatus} from './contract.ts';
import type {Observe} from './orders.ts';

/** Declares the metrics of orders. The result records one event. */
export function countOrders(registry: Registry): Observe {
  const orders = new Counter({
    name: 'orders_total',
    help: 'Orders that reached a status, by status.',
    labelNames: ['status'],
    registers: [registry],
  });
  startAtZero(orders, 'status', OrderStatus.options);
  const replays = new Counter({
    name: 'orders_idempotent_replays_total',
    help: 'Requests with a known idempotency key, answered by a replay.',
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
