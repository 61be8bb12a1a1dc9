import type {FaultsConfig} from './config.ts';
import type {Ground} from './duet.ts';

/** What an experiment has to work with. */
export type Lab = {
  config: FaultsConfig;
  ground: Ground;
  /** From 0 to 1, in the same order with the same seed. */
  random: () => number;
  say: (line: string) => void;
};

/** What is claimed, and the function that tries it: it gives the figures, or throws why not. */
export type Experiment = [title: string, experiment: (lab: Lab) => Promise<string>];

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
