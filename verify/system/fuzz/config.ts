import * as z from 'zod';

const count = z.coerce.number().int().min(0);

/** The settings of `npm run fuzz`. */
export const settings = z.object({
  FUZZ_GENERATED: count.default(20_000).describe('Generated requests in each mode of AUTH, good and bad ones'),
  FUZZ_HOSTILE: count.default(5_000).describe('Hostile requests in each mode of AUTH'),
  FUZZ_SEED: z.coerce.number().int().optional().describe('Seed of the requests; random by default, printed at the end'),
});

export type FuzzConfig = z.output<typeof settings>;
