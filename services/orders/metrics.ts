import {Counter, Gauge, Histogram, type Registry} from 'prom-client';
import type {BreakerState} from '#platform/calls/breaker.ts';
import {startAtZero} from '#platform/metrics.ts';
import type {RetryOutcome} from '#platform/calls/retry.ts';
import {OrderStatus} from './contract.ts';
import type {MemoryUse} from './known-users.ts';
import type {Announce} from './orders.ts';

/** Counts what happens to orders. */
export function countOrders(registry: Registry): Announce {
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

/** The checks of buyers, and the state of each thing that stands between orders and users. */
export function createUsersMetrics(registry: Registry) {
  const duration = new Histogram({
    name: 'users_check_duration_seconds',
    help: 'Time until it was known whether a buyer exists, by outcome: found, not_found, unavailable, or refused to this caller.',
    labelNames: ['outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5],
    registers: [registry],
  });
  for (const outcome of ['found', 'not_found', 'unavailable', 'refused']) duration.zero({outcome});
  const cache = new Counter({
    name: 'users_check_cache_total',
    help: 'Checks by what the memory of known users gave: fresh, miss, or stale because users failed.',
    labelNames: ['result'],
    registers: [registry],
  });
  startAtZero(cache, 'result', ['fresh', 'miss', 'stale'] satisfies MemoryUse[]);
  const retries = new Counter({
    name: 'users_check_retries_total',
    help: 'Attempts that failed and might have been repeated: done, or no_budget.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  startAtZero(retries, 'outcome', ['done', 'no_budget'] satisfies RetryOutcome[]);
  const coalesced = new Counter({
    name: 'users_check_coalesced_total',
    help: 'Checks that shared the call of an earlier one of the same user.',
    registers: [registry],
  });
  const rejected = new Counter({
    name: 'users_check_rejected_total',
    help: 'Checks refused because too many others were waiting.',
    registers: [registry],
  });
  return {duration, cache, retries, coalesced, rejected, showBreaker: breakerGauge(registry)};
}

const BREAKER_STATES: BreakerState[] = ['closed', 'open', 'half_open'];

function breakerGauge(registry: Registry): (current: BreakerState) => void {
  const breaker = new Gauge({
    name: 'users_check_breaker_state',
    help: 'Always 1 for the state that the circuit breaker has: closed, open or half_open.',
    labelNames: ['state'],
    registers: [registry],
  });
  return current => {
    for (const state of BREAKER_STATES) breaker.set({state}, state === current ? 1 : 0);
  };
}

/** Shows how many checks ask users, and wait until they may, whenever the metrics are read. */
export function observeChecks(registry: Registry, counts: () => {running: number; waiting: number}): void {
  new Gauge({
    name: 'users_checks',
    help: 'Checks that are asking users, and checks that wait for their turn.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const {running, waiting} = counts();
      this.set({state: 'running'}, running);
      this.set({state: 'waiting'}, waiting);
    },
  });
}
