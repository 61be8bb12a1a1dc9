import test from 'ava';
import {Registry} from 'prom-client';
import {observeNeighbour} from '../metrics.ts';

test('every outcome of a lookup is a series at 0 from the start, so that rate() sees the first failure', async t => {
  const registry = new Registry();
  observeNeighbour(registry, 'users');

  const text = await registry.metrics();

  for (const series of [
    'neighbour_lookup_duration_seconds_count{neighbour="users",outcome="found"}',
    'neighbour_lookup_duration_seconds_count{neighbour="users",outcome="not_found"}',
    'neighbour_lookup_duration_seconds_count{neighbour="users",outcome="unavailable"}',
    'neighbour_lookup_duration_seconds_count{neighbour="users",outcome="refused"}',
    'neighbour_lookup_cache_total{neighbour="users",result="stale"}',
    'neighbour_lookup_retries_total{neighbour="users",outcome="no_budget"}',
    'neighbour_lookup_rejected_total{neighbour="users"}',
  ]) {
    t.true(text.includes(`${series} 0\n`), series);
  }
});

test('two neighbours share the metrics, each with its own label', async t => {
  const registry = new Registry();
  const [users, stock] = [observeNeighbour(registry, 'users'), observeNeighbour(registry, 'stock')];

  users.counts(() => ({running: 1, waiting: 2}));
  stock.counts(() => ({running: 3, waiting: 0}));
  stock.breaker('open');

  const text = await registry.metrics();
  t.true(text.includes('neighbour_lookups{neighbour="users",state="waiting"} 2\n'));
  t.true(text.includes('neighbour_lookups{neighbour="stock",state="running"} 3\n'));
  t.true(text.includes('neighbour_lookup_breaker_state{neighbour="stock",state="open"} 1\n'));
});
