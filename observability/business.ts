import {panel, type Row} from './grafana.ts';
import {rate, share, sum, type View} from './promql.ts';
import {durations} from './rows.ts';

const CHECKS = 'users_check_duration_seconds';

/** How orders gets on with asking users. */
export const checksRow = (view: View): Row => ({
  title: 'orders → users',
  panels: [
    panel('Checks of a buyer', 'ops', {
      expr: sum(rate(view.select(`${CHECKS}_count`), view.window), ['outcome']),
      legend: '{{outcome}}',
    }),
    panel('Without an answer', 'percentunit', {
      expr: share(`${CHECKS}_count`, 'outcome="unavailable"', view),
      legend: 'unavailable',
    }),
    panel('Duration', 's', ...durations(CHECKS, view)),
    panel('Checks by what orders remembered', 'ops', {
      expr: sum(rate(view.select('users_check_cache_total'), view.window), ['result']),
      legend: '{{result}}',
    }),
    panel('Circuit breaker, in pods', 'short', {
      expr: sum(view.select('users_check_breaker_state'), ['state']),
      legend: '{{state}}',
    }),
    panel(
      'Checks at this moment',
      'short',
      {expr: sum(view.select('users_checks'), ['state']), legend: '{{state}}'},
      {expr: sum(rate(view.select('users_check_rejected_total'), view.window)), legend: 'refused per second'},
    ),
    panel('Shared calls', 'ops', {
      expr: sum(rate(view.select('users_check_coalesced_total'), view.window)),
      legend: 'checks that needed no call of their own',
    }),
    panel('Retries', 'ops', {
      expr: sum(rate(view.select('users_check_retries_total'), view.window), ['outcome']),
      legend: '{{outcome}}',
    }),
  ],
});
