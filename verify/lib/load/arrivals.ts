import type {Random} from '../random.ts';

/** Arrival times of requests in milliseconds after the start: independent of each other, on average `rate` a second. */
export function* arrivals(random: Random, rate: number, milliseconds: number): Generator<number> {
  for (let time = gapMs(random, rate); time < milliseconds; time += gapMs(random, rate)) yield time;
}

const gapMs = (random: Random, rate: number): number => (-Math.log(1 - random()) * 1000) / rate;
