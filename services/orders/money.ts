/** Converts a price to whole cents. Validation has checked that it has at most two decimal places. */
export const toCents = (price: number): number => Math.round(price * 100);

/** The total of an order, in cents. */
export const totalOf = (lines: {quantity: number; cents: number}[]): number =>
  lines.reduce((sum, {quantity, cents}) => sum + quantity * cents, 0);

/** Exact for every total: at most 100 lines × 10,000 × 1,000,000.00, about a hundredth of 2^53 cents. */
export const fromCents = (cents: number): number => cents / 100;
