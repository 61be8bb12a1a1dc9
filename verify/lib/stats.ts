/** The value that this share of all values does not exceed; NaN if there are none. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export const p99 = (values: number[] = []): number => quantile(values, 0.99);

/** Two measurements on one machine differ by this much by chance. */
const NOISE_MS = 25;

/** Whether the second measurement is more than 20 % above the first, and by more than noise. */
export const isSlower = (before: number, during: number, scale: number): boolean =>
  during > Math.max(before * 1.2, before + NOISE_MS * scale);
