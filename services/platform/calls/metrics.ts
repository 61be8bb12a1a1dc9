import {Counter, Gauge, Histogram, type Registry} from 'prom-client';
import {startAtZero} from '../metrics.ts';
import type {BreakerState} from './breaker.ts';
import type {CacheResult} from './cache.ts';
import type {RetryOutcome} from './retry.ts';

export type LookupOutcome = 'found' | 'not_found' | 'unavailable' | 'refused';
type Counts = {running: number; waiting: number};

const OUTCOMES: LookupOutcome[] = ['found', 'not_found', 'unavailable', 'refused'];
const CACHE_RESULTS: CacheResult[] = ['fresh', 'miss', 'stale'];
const RETRY_OUTCOMES: RetryOutcome[] = ['done', 'no_budget'];
const BREAKER_STATES: BreakerState[] = ['closed', 'open', 'half_open'];

/** Records the lookups at one neighbour, by its name. Every series starts at 0. */
export function observeNeighbour(registry: Registry, neighbour: string) {
  const {duration, cache, retries, coalesced, rejected, breaker, counts} = metricsIn(registry);
  for (const outcome of OUTCOMES) duration.zero({neighbour, outcome});
  startAtZero(cache, 'result', CACHE_RESULTS, {neighbour});
  startAtZero(retries, 'outcome', RETRY_OUTCOMES, {neighbour});
  for (const counter of [coalesced, rejected]) counter.inc({neighbour}, 0);

  return {
    lookup: (outcome: LookupOutcome, seconds: number) => duration.observe({neighbour, outcome}, seconds),
    cache: (result: CacheResult) => cache.inc({neighbour, result}),
    retry: (outcome: RetryOutcome) => retries.inc({neighbour, outcome}),
    join: () => coalesced.inc({neighbour}),
    reject: () => rejected.inc({neighbour}),
    breaker: (current: BreakerState) => {
      for (const state of BREAKER_STATES) breaker.set({neighbour, state}, state === current ? 1 : 0);
    },
    /** `read` is called at every scrape. */
    counts: (read: () => Counts) => void counts.set(neighbour, read),
  };
}

type Metrics = ReturnType<typeof createMetrics>;
const known = new WeakMap<Registry, Metrics>();

/** Several neighbours of a service share these metrics: a registry accepts each metric name once. */
function metricsIn(registry: Registry): Metrics {
  const metrics = known.get(registry) ?? createMetrics(registry);
  known.set(registry, metrics);
  return metrics;
}

function createMetrics(registry: Registry) {
  const registers = [registry];
  return {
    duration: new Histogram({
      name: 'neighbour_lookup_duration_seconds',
      help: 'Time of a lookup at a neighbour, by outcome: found, not_found, refused (to this caller) or unavailable.',
      labelNames: ['neighbour', 'outcome'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5],
      registers,
    }),
    cache: new Counter({
      name: 'neighbour_lookup_cache_total',
      help: 'Lookups by cache result: fresh, miss, or stale because the neighbour failed.',
      labelNames: ['neighbour', 'result'],
      registers,
    }),
    retries: new Counter({
      name: 'neighbour_lookup_retries_total',
      help: 'Transient failures, by whether the retry budget allowed a retry: done, or no_budget.',
      labelNames: ['neighbour', 'outcome'],
      registers,
    }),
    coalesced: new Counter({
      name: 'neighbour_lookup_coalesced_total',
      help: 'Lookups that shared a call with a concurrent lookup of the same id.',
      labelNames: ['neighbour'],
      registers,
    }),
    rejected: new Counter({
      name: 'neighbour_lookup_rejected_total',
      help: 'Lookups rejected by the bulkhead, because its queue was full.',
      labelNames: ['neighbour'],
      registers,
    }),
    breaker: new Gauge({
      name: 'neighbour_lookup_breaker_state',
      help: '1 for the current state of the circuit breaker (closed, open or half_open), 0 for the others.',
      labelNames: ['neighbour', 'state'],
      registers,
    }),
    counts: countsGauge(registry),
  };
}

function countsGauge(registry: Registry): Map<string, () => Counts> {
  const readers = new Map<string, () => Counts>();
  new Gauge({
    name: 'neighbour_lookups',
    help: 'Lookups in the bulkhead: running, or waiting in its queue.',
    labelNames: ['neighbour', 'state'],
    registers: [registry],
    collect() {
      for (const [neighbour, read] of readers) {
        for (const [state, count] of Object.entries(read())) this.set({neighbour, state}, count);
      }
    },
  });
  return readers;
}
