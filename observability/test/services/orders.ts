import type {Registry} from 'prom-client';
import {observeNeighbour} from '#platform/calls/metrics.ts';
import {countOrders} from '../../../services/orders/metrics.ts';

export function measure(registry: Registry): void {
  countOrders(registry);
  const observe = observeNeighbour(registry, 'users');
  observe.breaker('closed');
  observe.counts(() => ({running: 0, waiting: 0}));
}
