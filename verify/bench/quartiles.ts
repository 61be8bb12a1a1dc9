/** `count` is the number of values: a few say nothing about others. */
export type Quartiles = {lower: number; median: number; upper: number; count: number};

/** From so many values on, quartiles can settle something. */
export const ENOUGH = 3;

/** The three quartiles, interpolated between values. @throws RangeError if there are no values. */
export function quartilesOf(values: number[]): Quartiles {
  const sorted = values.toSorted((a, b) => a - b);
  const [lower, median, upper] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
  return {lower, median, upper, count: values.length};
}

function quantile(sorted: number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) throw new RangeError('no values');
  return below + (above - below) * (place % 1);
}
