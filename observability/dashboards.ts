import type {ServiceName} from '../dev/config.ts';
import {checksRow, ordersRow, usersRow} from './business.ts';
import {dashboard, type Row} from './grafana.ts';
import {selecting, type View} from './promql.ts';
import {mongodbRow, nodeRow, podsRow, serviceRow} from './rows.ts';

export const dashboardOf = (service: ServiceName): object => dashboard(service, rowsOf(service));

/** The rows of a service's dashboard, from what its callers see down to its Node processes. */
export function rowsOf(service: ServiceName): Row[] {
  // The namespaces chosen in Grafana, and its rate interval, which always contains enough samples.
  const select = selecting(`job="${service}"`, 'namespace=~"$namespace"');
  const view: View = {select, window: '$__rate_interval', by: []};
  return [serviceRow, podsRow, ...own[service], mongodbRow, nodeRow].map(row => row(view));
}

const own: Record<ServiceName, ((view: View) => Row)[]> = {users: [usersRow], orders: [ordersRow, checksRow]};
