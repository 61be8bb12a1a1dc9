import type {FaultsConfig} from './config.ts';
import type {Ground} from './duet.ts';

/** What an experiment has to work with. */
export type Lab = {
  config: FaultsConfig;
  ground: Ground;
  say: (line: string) => void;
};

/** What is claimed, and the function that tries it: it gives the figures, or throws why not. */
export type Experiment = [title: string, experiment: (lab: Lab) => Promise<string>];
