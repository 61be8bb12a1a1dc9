import {panel, type Row} from '../grafana.ts';
import type {Own} from '../own.ts';
import {increase, rate, sum, type View} from '../promql.ts';

const businessRow = ({select, window}: View): Row => ({
  title: 'Business',
  panels: [
    panel('User events in the last hour', 'short', {
      expr: sum(increase(select('users_events_total'), '1h'), ['event']),
      legend: '{{event}}',
    }),
    panel(
      'Password hashes',
      'ops',
      {expr: sum(rate(select('password_hashes_total'), window), ['outcome']), legend: '{{outcome}}'},
      {expr: sum(select('password_hashes_waiting')), legend: 'waiting'},
    ),
  ],
});

export const own: Own = {rows: [businessRow], alerts: [], cases: []};
