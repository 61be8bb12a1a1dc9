import {existsSync} from 'node:fs';
import {serviceNames} from '../tools/services.ts';
import type {Alert} from './alerts.ts';
import type {Case} from './case.ts';
import type {Row} from './grafana.ts';
import type {View} from './promql.ts';

/** The rows and alerts that a service has in addition to the common ones. */
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

/** The declarations in observability/services/NAME.ts; empty if there is no such file. */
export const ownOf = (service: string): Own => declared.get(service) ?? nothing;

async function declaredBy(service: string): Promise<Own> {
  if (!existsSync(`observability/services/${service}.ts`)) return nothing;
  const {own} = (await import(`./services/${service}.ts`)) as {own: Own};
  return own;
}
