/** Selects series of one service by metric and by more matchers, such as `status=~"5.."`. */
export type Select = (metric: string, ...matchers: string[]) => string;

/** The series that a query selects, its window, and the labels that it groups by. */
export type View = {select: Select; window: string; by: string[]};

export const selecting =
  (...own: string[]): Select =>
  (metric, ...matchers) =>
    `${metric}{${[...own, ...matchers].join(',')}}`;

export const sum = (vector: string, by: string[] = []): string => aggregate('sum', vector, by);
export const max = (vector: string, by: string[] = []): string => aggregate('max', vector, by);

const aggregate = (how: string, vector: string, by: string[]): string =>
  by.length === 0 ? `${how}(${vector})` : `${how} by (${by.join(', ')}) (${vector})`;

export const rate = (series: string, window: string): string => `rate(${series}[${window}])`;

export const increase = (series: string, window: string): string => `increase(${series}[${window}])`;

export const quantile = (share: number, histogram: string, {select, window, by}: View): string =>
  `histogram_quantile(${share}, ${sum(rate(select(`${histogram}_bucket`), window), ['le', ...by])})`;

/** The share of a counter's rate that the matcher selects; 0 if it selects nothing. */
export function share(counter: string, matcher: string, {select, window, by}: View): string {
  const [part, whole] = [select(counter, matcher), select(counter)].map(series => sum(rate(series, window), by));
  return `(${part} or ${whole} * 0) / ${whole}`;
}

/** The share of requests that were answered with 5xx. */
export const failed = (view: View): string => share('http_request_duration_seconds_count', 'status=~"5.."', view);

/** The share of requests that took longer than this; one of the histogram's buckets must end there. */
export function slower(seconds: number, {select, window, by}: View): string {
  const [fast, all] = [
    select('http_request_duration_seconds_bucket', `le="${seconds}"`),
    select('http_request_duration_seconds_count'),
  ].map(series => sum(rate(series, window), by));
  return `1 - ${fast} / ${all}`;
}
