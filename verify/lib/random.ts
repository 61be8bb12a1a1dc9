import {createHash} from 'node:crypto';

export type Random = () => number;

/** A source of random numbers in [0, 1). The same seed gives the same numbers. */
export function randomFrom(seed: number | string): Random {
  let drawn = 0;
  return () => createHash('sha256').update(`${seed} ${drawn++}`).digest().readUInt32LE() / 2 ** 32;
}

/** The items in a random order (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}
