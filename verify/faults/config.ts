import {randomInt} from 'node:crypto';
import * as z from 'zod';

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const LARGEST_SEED = 999_999;

/** What `npm run faults` takes from its environment. */
export const settings = z.object({
  FAULTS_SCALE: z.coerce
    .number()
    .min(1)
    .max(50)
    .default(1)
    .describe('Multiplies what is allowed above a deadline: a machine that is busy with other work is late everywhere'),
  FAULTS_RATE: whole(1, 1_000).default(200).describe('Orders a second while processes are killed'),
  FAULTS_KILLS: whole(1, 200).default(20).describe('How often each process is killed'),
  FAULTS_FROZEN_RATE: whole(10, 1_000).default(100).describe('Orders a second while users is frozen'),
  FAULTS_FREEZE_S: whole(5, 600).default(30).describe('How long users is frozen'),
  FAULTS_OVERLOAD_S: whole(2, 60).default(10).describe('How long each rate of the overload is kept up'),
  FAULTS_SOAK_S: whole(60, 86_400).default(600).describe('How long the soak lasts'),
  FAULTS_SEED: whole(0, LARGEST_SEED)
    .default(() => randomInt(LARGEST_SEED))
    .describe('Gives the same arrivals and the same order of kills; printed at the start'),
  FAULTS_LIMIT_S: whole(60, 100_000).default(3_600).describe('The run ends after this long, whatever is left'),
});

export type FaultsConfig = z.output<typeof settings>;
