export const services = ['users', 'orders'] as const;
export type Service = (typeof services)[number];
export const charts = [...services, 'duet'] as const;
export type Chart = (typeof charts)[number];
export type Values = Record<string, unknown>;

export type ValueSet = {
  name: string;
  /** Files of the chart, such as values-dev.yaml. */
  files?: string[];
  /** Values of each service. */
  values?: Values;
  /** More values of one service. */
  only?: Partial<Record<Service, Values>>;
  global?: Values;
  /** Objects that must exist in the namespace before, such as Secret/certificate. */
  there?: string[];
};

export function valuesFor(chart: Chart, {values = {}, only = {}, global = {}}: ValueSet, more: Values = {}): Values {
  const of = (service: Service): Values => merge(merge(values, only[service] ?? {}), more);
  return chart === 'duet' ? {global, users: of('users'), orders: of('orders')} : {global, ...of(chart)};
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
