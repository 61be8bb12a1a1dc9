/** The value that this share of the others does not exceed; NaN of nothing. */
function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export const p99 = (values: number[]): number => quantile(values, 0.99);
