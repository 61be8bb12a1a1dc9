import * as z from 'zod';

/** The settings of `npm run third-party`. */
export const settings = z.object({
  THIRD_PARTY_EXAMPLES: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(20)
    .describe('Requests that schemathesis generates for each call in its fuzzing phase, in each mode of AUTH'),
  THIRD_PARTY_SEED: z.coerce.number().int().min(0).default(1).describe('Seed of the requests of schemathesis'),
});

export type ThirdPartyConfig = z.output<typeof settings>;
