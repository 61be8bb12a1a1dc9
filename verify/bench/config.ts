import {randomInt} from 'node:crypto';
import * as z from 'zod';

const LARGEST_SEED = 999_999;

/** What `npm run bench` needs from its environment. */
export const settings = z.object({
  BENCH_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_600)
    .default(270)
    .describe('After this time no further round begins; one takes about a minute'),
  BENCH_SWEEPS: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe('Slices of each kind in a round; the next round starts every process anew'),
  BENCH_SLICE_MS: z.coerce.number().int().min(200).max(60_000).default(1_000).describe('How long a slice is measured'),
  BENCH_RATE: z.coerce
    .number()
    .int()
    .min(10)
    .max(2_000)
    .default(200)
    .describe('Requests a second; no process should be busy for more than 40 % of the time'),
  BENCH_SEED: z.coerce
    .number()
    .int()
    .min(0)
    .max(LARGEST_SEED)
    .default(() => randomInt(LARGEST_SEED))
    .describe('Gives the same slices in the same order and the same arrivals; printed at the start'),
});

export type BenchConfig = z.output<typeof settings>;
