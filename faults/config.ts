import * as z from 'zod';

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** What `npm run faults` takes from its environment. */
export const settings = z.object({
  FAULTS_SCALE: z.coerce
    .number()
    .min(1)
    .max(50)
    .default(1)
    .describe('Multiplies what is allowed above a deadline: a machine that is busy with other work is late everywhere'),
  FAULTS_LIMIT_S: whole(60, 7_200).default(900).describe('The run ends after this long, whatever is left'),
});

export type FaultsConfig = z.output<typeof settings>;
