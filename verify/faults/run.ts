import type {Mode} from '../lib/auth.ts';
import type {Random} from '../lib/random.ts';
import type {Run as CommandRun} from '../lib/run.ts';
import type {FaultsConfig} from './config.ts';

/** One execution of `npm run faults`, as a claim gets it. */
export type Run = CommandRun<FaultsConfig> & {
  /** The path of the mongod that is started for each database. */
  mongod: string;
  /** How the services of this claim authenticate their callers. */
  mode: Mode;
  seed: number;
  /** Starts from the seed again for each claim. */
  random: Random;
};
