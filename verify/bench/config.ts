import {randomInt} from 'node:crypto';
import * as z from 'zod';

const LARGEST_SEED = 999_999;

/** The settings of `npm run bench`. */
export const settings = z.object({
  BENCH_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_600)
    .default(600)
    .describe('Seconds after which no further round begins; a round of all variants takes about five minutes'),
  BENCH_SWEEPS: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe('Sweeps in a round, each with a slice of every endpoint of every variant'),
  BENCH_SLICE_MS: z.coerce
    .number()
    .int()
    .min(200)
    .max(60_000)
    .default(1_000)
    .describe('Length of a slice, in milliseconds'),
  BENCH_RATE: z.coerce
    .number()
    .int()
    .min(10)
    .max(2_000)
    .default(200)
    .describe('Requests a second; no process should be busy for more than 40 % of the time'),
  BENCH_BEFORE: z
    .string()
    .optional()
    .describe('Folder of another checkout with its `node_modules`, whose services are measured beside these'),
  BENCH_SEED: z.coerce
    .number()
    .int()
    .min(0)
    .max(LARGEST_SEED)
    .default(() => randomInt(LARGEST_SEED))
    .describe('Seed of the order of slices and of the arrival times; printed at the start'),
});

export type BenchConfig = z.output<typeof settings>;
