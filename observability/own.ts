import {existsSync} from 'node:fs';
import {serviceNames} from '../tools/services.ts';
import type {Alert} from './alerts.ts';
import type {Case} from './case.ts';
import type {Row} from './grafana.ts';
import type {View} from './promql.ts';

/** What one service shows and alerts on beyond what every service does. */
export type Own = {
  rows: ((view: View) => Row)[];
  alerts: Alert[];
  /** At least one case in which each alert fires, and one in which it is silent. */
  cases: Case[];
};

const nothing: Own = {rows: [], alerts: [], cases: []};

const declared = new Map(
  await Promise.all(serviceNames.map(async service => [service, await declaredBy(service)] as const)),
);

/** What observability/services/NAME.ts declares; a service without such a file has nothing of that kind. */
export const ownOf = (service: string): Own => declared.get(service) ?? nothing;

async function declaredBy(service: string): Promise<Own> {
  if (!existsSync(`observability/services/${service}.ts`)) return nothing;
  const {own} = (await import(`./services/${service}.ts`)) as {own: Own};
  return own;
}
