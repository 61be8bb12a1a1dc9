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

/** Observes the lookups at one neighbour, and the state of each thing that stands between; every series starts at 0. */
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
    /** Read whenever the metrics are. */
    counts: (read: () => Counts) => void counts.set(neighbour, read),
  };
}

type Metrics = ReturnType<typeof createMetrics>;
const known = new WeakMap<Registry, Metrics>();

/** A service may have several neighbours, a registry only one metric of a name. */
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
      help: 'Time of a lookup at a neighbour, by outcome: found, not_found, unavailable, or refused to this caller.',
      labelNames: ['neighbour', 'outcome'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5],
      registers,
    }),
    cache: new Counter({
      name: 'neighbour_lookup_cache_total',
      help: 'Lookups by what the cache gave: fresh, miss, or stale because the neighbour failed.',
      labelNames: ['neighbour', 'result'],
      registers,
    }),
    retries: new Counter({
      name: 'neighbour_lookup_retries_total',
      help: 'Attempts that failed and might have been repeated: done, or no_budget.',
      labelNames: ['neighbour', 'outcome'],
      registers,
    }),
    coalesced: new Counter({
      name: 'neighbour_lookup_coalesced_total',
      help: 'Lookups that shared the call of an earlier one of the same thing.',
      labelNames: ['neighbour'],
      registers,
    }),
    rejected: new Counter({
      name: 'neighbour_lookup_rejected_total',
      help: 'Lookups refused by the bulkhead, because too many others were waiting.',
      labelNames: ['neighbour'],
      registers,
    }),
    breaker: new Gauge({
      name: 'neighbour_lookup_breaker_state',
      help: '1 for the state that the circuit breaker has, else 0: closed, open or half_open.',
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
    help: 'Lookups that are asking the neighbour (running), and lookups that wait for their turn (waiting).',
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
