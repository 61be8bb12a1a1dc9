import {createHash} from 'node:crypto';

export type Random = () => number;

/** Numbers in [0, 1), the same ones for the same seed. */
export function randomFrom(seed: number): Random {
  let drawn = 0;
  return () => createHash('sha256').update(`${seed} ${drawn++}`).digest().readUInt32LE() / 2 ** 32;
}

/** The same items in a random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}

/** Milliseconds from one arrival to the next, where they are independent of each other and `rate` a second on average. */
export const gapMs = (random: Random, rate: number): number => (-Math.log(1 - random()) * 1000) / rate;
