import {dashboard, type Row} from './grafana.ts';
import {ownOf} from './own.ts';
import {selecting, type View} from './promql.ts';
import {mongodbRow, nodeRow, podsRow, serviceRow} from './rows.ts';

export const dashboardOf = (service: string): object => dashboard(service, rowsOf(service));

/** Everything that there is to see of a service, from what its callers see to what it runs on. */
export function rowsOf(service: string): Row[] {
  // The namespaces that are chosen in Grafana, and its window, which always holds enough samples.
  const select = selecting(`job="${service}"`, 'namespace=~"$namespace"');
  const view: View = {select, window: '$__rate_interval', by: []};
  return [serviceRow, podsRow, ...ownOf(service).rows, mongodbRow, nodeRow].map(row => row(view));
}
