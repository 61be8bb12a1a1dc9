import type {Registry} from 'prom-client';
import {countOrders, createUsersMetrics, observeChecks} from '../../../services/orders/metrics.ts';

export function measure(registry: Registry): void {
  countOrders(registry);
  createUsersMetrics(registry).showBreaker('closed');
  observeChecks(registry, () => ({running: 0, waiting: 0}));
}
