import {panel, type Row} from './grafana.ts';
import {rate, share, sum, type View} from './promql.ts';
import {durations} from './rows.ts';

const LOOKUPS = 'neighbour_lookup_duration_seconds';

/** A service's calls to its neighbours. */
export const neighboursRow = (view: View): Row => ({
  title: 'Neighbours',
  panels: [
    panel('Lookups', 'ops', {
      expr: sum(rate(view.select(`${LOOKUPS}_count`), view.window), ['neighbour', 'outcome']),
      legend: '{{neighbour}}: {{outcome}}',
    }),
    panel('Lookups without an answer', 'percentunit', {
      expr: share(`${LOOKUPS}_count`, 'outcome="unavailable"', {...view, by: ['neighbour']}),
      legend: '{{neighbour}}',
    }),
    panel('Duration of a lookup', 's', ...durations(LOOKUPS, view)),
    panel('Cache', 'ops', {
      expr: sum(rate(view.select('neighbour_lookup_cache_total'), view.window), ['neighbour', 'result']),
      legend: '{{neighbour}}: {{result}}',
    }),
    panel('Circuit breaker, in pods', 'short', {
      expr: sum(view.select('neighbour_lookup_breaker_state'), ['neighbour', 'state']),
      legend: '{{neighbour}}: {{state}}',
    }),
    panel(
      'Lookups in flight',
      'short',
      {expr: sum(view.select('neighbour_lookups'), ['neighbour', 'state']), legend: '{{neighbour}}: {{state}}'},
      {
        expr: sum(rate(view.select('neighbour_lookup_rejected_total'), view.window), ['neighbour']),
        legend: '{{neighbour}}: rejected per second',
      },
    ),
    panel('Coalesced lookups', 'ops', {
      expr: sum(rate(view.select('neighbour_lookup_coalesced_total'), view.window), ['neighbour']),
      legend: '{{neighbour}}',
    }),
    panel('Retries', 'ops', {
      expr: sum(rate(view.select('neighbour_lookup_retries_total'), view.window), ['neighbour', 'outcome']),
      legend: '{{neighbour}}: {{outcome}}',
    }),
  ],
});
