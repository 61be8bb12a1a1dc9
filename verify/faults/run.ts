import type {Random} from '../lib/random.ts';
import type {Run as CommandRun} from '../lib/run.ts';
import type {FaultsConfig} from './config.ts';

/** One execution of `npm run faults`, as a claim gets it. */
export type Run = CommandRun<FaultsConfig> & {
  /** The path of the program that every MongoDB here runs. */
  mongod: string;
  seed: number;
  /** Starts anew from the seed for each claim. */
  random: Random;
};
