import {randomInt} from 'node:crypto';
import * as z from 'zod';

const LARGEST_SEED = 999_999;

/** The settings of `npm run prove`. */
export const settings = z.object({
  PROVE_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/u, 'must be the name of a namespace')
    .describe('The namespace that the run creates, uses and deletes'),
  PROVE_REGISTRY: z
    .string()
    .optional()
    .describe('Registry that images are pushed to and pulled from; not needed with kind'),
  PROVE_RATE: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_000)
    .default(200)
    .describe('POSTs a second, and as many GETs, of the claims under load'),
  PROVE_SCALE: z.coerce
    .number()
    .int()
    .min(1)
    .max(10)
    .default(1)
    .describe('Multiplies the 10,000 requests of each claim about what happens under load'),
  PROVE_SEED: z.coerce
    .number()
    .int()
    .min(0)
    .max(LARGEST_SEED)
    .default(() => randomInt(LARGEST_SEED))
    .describe('Seed of the random sequences of upgrades and rollbacks; printed with them'),
  PROVE_SEQUENCES: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('Random sequences of upgrades and rollbacks, of about 90 seconds each'),
  PROVE_BEFORE: z
    .string()
    .optional()
    .describe('Commit or tag of the version before this one; by default the last tag `v*`'),
  MONGO_TAG: z.string().optional().describe('Tag of the MongoDB image; by default that of the charts'),
});

export type ProveConfig = z.output<typeof settings>;
