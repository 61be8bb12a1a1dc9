import type {Random} from '../commands/random.ts';

/** When requests arrive, in milliseconds after the start: independent of each other, `rate` a second on average. */
export function arrivals(random: Random, rate: number, milliseconds: number): number[] {
  const times: number[] = [];
  for (let time = gap(random, rate); time < milliseconds; time += gap(random, rate)) times.push(time);
  return times;
}

const gap = (random: Random, rate: number): number => (-Math.log(1 - random()) * 1000) / rate;
