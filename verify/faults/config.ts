import {randomInt} from 'node:crypto';
import * as z from 'zod';

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const LARGEST_SEED = 999_999;

/** The settings of `npm run faults`. */
export const settings = z.object({
  FAULTS_SCALE: z.coerce
    .number()
    .min(1)
    .max(50)
    .default(1)
    .describe('Multiplies how much later than its deadline an answer may be; raise it on a slow or busy machine'),
  FAULTS_RATE: whole(1, 1_000).default(200).describe('Orders a second while processes are killed'),
  FAULTS_KILLS: whole(1, 200).default(20).describe('Kills of each process'),
  FAULTS_FROZEN_RATE: whole(10, 1_000).default(100).describe('Orders a second while users is frozen'),
  FAULTS_FREEZE_S: whole(5, 600).default(30).describe('How long users is frozen, in seconds'),
  FAULTS_OVERLOAD_S: whole(2, 60).default(10).describe('How long each overload is measured, in seconds'),
  FAULTS_SOAK_S: whole(60, 86_400).default(600).describe('How long the soak lasts, in seconds'),
  FAULTS_OPERATIONS: whole(100, 1_000_000).default(50_000).describe('Reads and changes whose history is judged'),
  FAULTS_ELECTIONS: whole(1, 1_000).default(20).describe('Primaries lost meanwhile'),
  FAULTS_SEED: whole(0, LARGEST_SEED)
    .default(() => randomInt(LARGEST_SEED))
    .describe('Seed of the arrival times and of the order of kills; printed at the start'),
  FAULTS_LIMIT_S: whole(60, 100_000)
    .default(7_200)
    .describe('Timeout of the whole run, in seconds; the claims left then fail'),
});

export type FaultsConfig = z.output<typeof settings>;
