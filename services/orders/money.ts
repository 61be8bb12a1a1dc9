/** Whole cents from a decimal number that validation has given at most two places. */
export const toCents = (price: number): number => Math.round(price * 100);

/** Exact for every sum an order can have: at most 100 lines × 10,000 × 1,000,000.00, a hundredth of 2^53 cents. */
export const fromCents = (cents: number): number => cents / 100;
