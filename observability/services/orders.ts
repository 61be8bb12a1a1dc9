import {neighbourCases} from '../alert-cases.ts';
import {neighbourUnreachable} from '../alerts.ts';
import {neighboursRow} from '../neighbours.ts';
import {panel, type Row} from '../grafana.ts';
import type {Own} from '../own.ts';
import {increase, quantile, rate, sum, type View} from '../promql.ts';

const businessRow = ({select, by}: View): Row => ({
  title: 'Business',
  panels: [
    panel('Orders in the last hour', 'short', {
      expr: sum(increase(select('orders_total'), '1h'), ['status']),
      legend: '{{status}}',
    }),
    panel('Idempotent replays in the last hour', 'short', {
      expr: sum(increase(select('orders_idempotent_replays_total'), '1h')),
      legend: 'replays',
    }),
    panel(
      'Order value in the last hour',
      'short',
      {
        expr: `${sum(rate(select('orders_value_sum'), '1h'))} / ${sum(rate(select('orders_value_count'), '1h'))}`,
        legend: 'mean',
      },
      {expr: quantile(0.5, 'orders_value', {select, window: '1h', by}), legend: 'median'},
    ),
  ],
});

export const own: Own = {
  rows: [businessRow, neighboursRow],
  alerts: [neighbourUnreachable('orders')],
  cases: neighbourCases('orders', 'users'),
};
