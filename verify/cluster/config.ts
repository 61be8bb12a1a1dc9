import * as z from 'zod';

/** What `npm run prove` needs from its environment. */
export const settings = z.object({
  PROVE_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/u, 'must be the name of a namespace')
    .describe('The namespace that may be made, used and deleted; never one with anything of value in it'),
  PROVE_REGISTRY: z
    .string()
    .optional()
    .describe('Where the images are pushed and pulled; not needed where the context is one of kind'),
  PROVE_RATE: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_000)
    .default(200)
    .describe('POSTs a second, and as many GETs, during the rolling restarts'),
  MONGO_TAG: z.string().optional().describe("Tag of MongoDB's image, in place of the charts' default"),
});

export type ProveConfig = z.output<typeof settings>;
