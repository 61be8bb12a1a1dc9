import {gapMs, type Random} from '../lib/random.ts';

/** When requests arrive, in milliseconds after the start: independent of each other, `rate` a second on average. */
export function arrivals(random: Random, rate: number, milliseconds: number): number[] {
  const times: number[] = [];
  for (let time = gapMs(random, rate); time < milliseconds; time += gapMs(random, rate)) times.push(time);
  return times;
}
