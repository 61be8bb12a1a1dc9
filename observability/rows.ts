import {panel, type Query, type Row} from './grafana.ts';
import {failed, increase, max, quantile, rate, share, sum, type View} from './promql.ts';

const REQUESTS = 'http_request_duration_seconds';
const OPERATIONS = 'mongodb_operation_duration_seconds';

/** `instance` is the only label that identifies a pod in every way of scraping. */
const byPod = (view: View): View => ({...view, by: ['instance']});
const POD = '{{instance}}';

/** The 50th, 90th and 99th percentile. */
export const durations = (histogram: string, view: View): Query[] =>
  [0.5, 0.9, 0.99].map(share => ({expr: quantile(share, histogram, view), legend: `${share * 100} %`}));

/** What callers see, and which resource is about to run out. */
export const serviceRow = ({select, window, by}: View): Row => ({
  title: 'Service',
  panels: [
    panel('Requests', 'reqps', {
      expr: sum(rate(select(`${REQUESTS}_count`), window), ['method', 'route']),
      legend: '{{method}} {{route}}',
    }),
    panel('Answers', 'reqps', {
      expr: sum(rate(select(`${REQUESTS}_count`), window), ['status']),
      legend: '{{status}}',
    }),
    panel('Errors', 'percentunit', {expr: failed({select, window, by}), legend: 'answered with 5xx'}),
    panel('Duration', 's', ...withExemplars(durations(REQUESTS, {select, window, by}))),
    panel(
      'Requests in flight',
      'short',
      {expr: sum(select('http_requests_in_flight')), legend: 'in all pods'},
      {expr: sum(select('http_requests_in_flight_limit')), legend: 'limit'},
    ),
    panel(
      'Load shedding and rate limits',
      'reqps',
      {expr: sum(rate(select('http_requests_shed_total'), window), ['reason']), legend: 'shed: {{reason}}'},
      {expr: sum(rate(select('rate_limited_requests_total'), window), ['kind']), legend: 'rate limit: {{kind}}'},
    ),
    panel('Event loop', 'percentunit', {
      expr: max(select('nodejs_eventloop_utilization_ratio')),
      legend: 'busy, in the busiest pod',
    }),
  ],
});

const withExemplars = (queries: Query[]): Query[] => queries.map(query => ({...query, exemplar: true}));

/** The same per pod, to find the pod that differs from the others. */
export const podsRow = (service: View): Row => {
  const {select, window, by} = byPod(service);
  return {
    title: 'Pods',
    panels: [
      panel('Requests', 'reqps', {expr: sum(rate(select(`${REQUESTS}_count`), window), by), legend: POD}),
      panel('Errors', 'percentunit', {expr: failed({select, window, by}), legend: POD}),
      panel('Duration, 99 %', 's', {expr: quantile(0.99, REQUESTS, {select, window, by}), legend: POD}),
      panel('Requests in flight', 'short', {expr: sum(select('http_requests_in_flight'), by), legend: POD}),
    ],
  };
};

export const mongodbRow = (view: View): Row => {
  const {select, window} = view;
  const operation = '{{operation}} {{collection}}';
  const by = ['collection', 'operation'];
  return {
    title: 'MongoDB',
    panels: [
      panel('Operations', 'ops', {expr: sum(rate(select(`${OPERATIONS}_count`), window), by), legend: operation}),
      panel('Errors', 'percentunit', {
        expr: share(`${OPERATIONS}_count`, 'outcome="error"', {...view, by}),
        legend: operation,
      }),
      panel('Duration', 's', ...durations(OPERATIONS, view)),
      panel('Duration by operation, 99 %', 's', {expr: quantile(0.99, OPERATIONS, {...view, by}), legend: operation}),
      panel(
        'Connections',
        'short',
        {expr: sum(select('mongodb_pool_connections'), ['state']), legend: '{{state}}'},
        {expr: sum(select('mongodb_pool_waiting')), legend: 'operations that wait'},
      ),
      panel('Ping answered', 'bool', {expr: select('mongodb_up'), legend: POD}),
    ],
  };
};

export const nodeRow = (service: View): Row => {
  const {select, window, by} = byPod(service);
  return {
    title: 'Node',
    panels: [
      panel('Event-loop delay, 99 %', 's', {expr: select('nodejs_eventloop_lag_p99_seconds'), legend: POD}),
      panel('Event loop', 'percentunit', {expr: select('nodejs_eventloop_utilization_ratio'), legend: POD}),
      panel('CPU', 'percentunit', {expr: rate(select('process_cpu_seconds_total'), window), legend: POD}),
      panel('Garbage collection', 'percentunit', {
        expr: sum(rate(select('nodejs_gc_duration_seconds_sum'), window), by),
        legend: POD,
      }),
      panel(
        'Memory',
        'bytes',
        {expr: select('process_resident_memory_bytes'), legend: `${POD} total`},
        {expr: select('nodejs_heap_size_used_bytes'), legend: `${POD} heap`},
      ),
      panel('Log lines lost in the last hour', 'short', {
        expr: increase(select('log_lines_dropped_total'), '1h'),
        legend: POD,
      }),
      panel('Restarts in the last hour', 'short', {
        expr: `changes(${select('process_start_time_seconds')}[1h])`,
        legend: POD,
      }),
    ],
  };
};
