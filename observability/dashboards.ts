import {servicesWithDatabase} from '../tools/databases.ts';
import {dashboard, type Row} from './grafana.ts';
import {ownOf} from './own.ts';
import {selecting, type View} from './promql.ts';
import {mongodbRow, nodeRow, podsRow, serviceRow} from './rows.ts';

export const dashboardOf = (service: string): object => dashboard(service, rowsOf(service));

/** The rows of a service's dashboard, from what its callers see down to its Node processes. */
export function rowsOf(service: string): Row[] {
  // The namespaces chosen in Grafana, and its rate interval, which always contains enough samples.
  const select = selecting(`job="${service}"`, 'namespace=~"$namespace"');
  const view: View = {select, window: '$__rate_interval', by: []};
  const databaseRows = servicesWithDatabase.includes(service) ? [mongodbRow] : [];
  return [serviceRow, podsRow, ...ownOf(service).rows, ...databaseRows, nodeRow].map(row => row(view));
}
