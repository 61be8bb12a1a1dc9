import {rowsOf} from './dashboards.ts';
import {recordsOf} from './objectives.ts';
import {everyAlertOf} from './rules.ts';

/** Every query of a service's dashboard, with Grafana's variables replaced as if all namespaces were chosen. */
export const dashboardQueriesOf = (service: string): string[] =>
  rowsOf(service)
    .flatMap(({panels}) => panels.flatMap(({queries}) => queries.map(({expr}) => expr)))
    .map(expr => expr.replaceAll('$__rate_interval', '1m').replaceAll('$namespace', '.*'));

export const everyQueryOf = (service: string): string[] => [
  ...dashboardQueriesOf(service),
  ...[...recordsOf(service), ...everyAlertOf(service)].map(({expr}) => expr),
];
