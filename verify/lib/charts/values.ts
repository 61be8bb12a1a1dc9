import {servicesWithDatabase} from '../../../tools/databases.ts';
import {neighboursOf as neighboursIn, readServices, serviceNames} from '../../../tools/services.ts';

export const services = serviceNames;
export type Service = string;
/** The charts that install a service: each alone, and the umbrella. */
export const charts = [...services, 'duet'];
export type Chart = string;
export type Values = Record<string, unknown>;

export type ValueSet = {
  name: string;
  /** Files of the chart, such as values-dev.yaml. */
  files?: string[];
  /** Values of each service. */
  values?: Values;
  /** More values of one service. */
  only?: Record<Service, Values>;
  global?: Values;
  /** Objects that must exist in the namespace before, such as Secret/certificate. */
  there?: string[];
};

const neighbours = new Map((await readServices()).map(service => [service.name, neighboursIn(service)]));

/** The services that a service calls, according to its settings, not its chart. */
export const neighboursOf = (service: Service): string[] => neighbours.get(service) ?? [];

/** Values for each service that calls this one. */
export const forCallersOf = (called: Service, valuesOf: (caller: Service) => Values): Record<Service, Values> =>
  Object.fromEntries(services.filter(name => neighboursOf(name).includes(called)).map(name => [name, valuesOf(name)]));

/** The URLs of the neighbours of each service, if all listen at this port. */
export const neighboursAt = (port: number): Record<Service, Values> =>
  Object.fromEntries(
    services.map(name => [
      name,
      Object.fromEntries(neighboursOf(name).map(neighbour => [neighbour, {url: `http://${neighbour}:${port}`}])),
    ]),
  );

export function valuesFor(chart: Chart, {values = {}, only = {}, global = {}}: ValueSet, more: Values = {}): Values {
  const of = (service: Service): Values => {
    const all = merge(merge(values, only[service] ?? {}), more);
    return servicesWithDatabase.includes(service) ? all : withoutDatabase(all);
  };
  return {global, ...(chart === 'duet' ? Object.fromEntries(services.map(name => [name, of(name)])) : of(chart))};
}

/** These values without those about a database, which the chart of a service without one refuses. */
function withoutDatabase({mongodb: _mongodb, database: _database, ...values}: Values): Values {
  if (!isMap(values['networkPolicy'])) return values;
  const {databaseEgress: _egress, ...networkPolicy} = values['networkPolicy'];
  return {...values, networkPolicy};
}

function merge(one: Values, other: Values): Values {
  const merged = {...one};
  for (const [key, value] of Object.entries(other)) {
    merged[key] = isMap(merged[key]) && isMap(value) ? merge(merged[key], value) : value;
  }
  return merged;
}

export const isMap = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
