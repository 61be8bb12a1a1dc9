import type {Random} from '../lib/random.ts';
import type {FaultsConfig} from './config.ts';
import type {Ground} from './duet.ts';

/** What an experiment has to work with. */
export type Lab = {
  config: FaultsConfig;
  ground: Ground;
  say: (line: string) => void;
  /** Of the seed, from the start for each experiment. */
  random: Random;
};

/** What is claimed, and the function that tries it: it gives the figures, or throws why not. */
export type Experiment = [title: string, experiment: (lab: Lab) => Promise<string>];

/**
 * The figures, when all that they should show is so.
 * @throws an error with what is not, and the figures.
 */
export function shown(figures: string, claims: Record<string, boolean>): string {
  const broken = Object.keys(claims).filter(claim => claims[claim] === false);
  if (broken.length > 0) throw new Error(`not so: ${broken.join('; ')} (${figures})`);
  return figures;
}
