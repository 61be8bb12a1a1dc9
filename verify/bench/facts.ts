import {quartilesOf} from './quartiles.ts';
import {textOf} from './figures.ts';
import type {Verdict} from './goals.ts';

/** Something measured of the services as they are, with the bound that we want. */
export type Fact = {what: string; unit: string; values: number[]; atMost: number; digits?: number};

/** A line with the verdict, as for the goals: it is unresolved if the quartiles are on both sides of the bound. */
export function describeFact({what, unit, values, atMost, digits = 0}: Fact): string {
  const quartiles = quartilesOf(values);
  const [lower, upper] = [quartiles.lower <= atMost, quartiles.upper <= atMost];
  const verdict: Verdict = lower !== upper ? 'unresolved' : lower ? 'held' : 'missed';
  return `${verdict.padEnd(10)} ${what}: ${textOf(quartiles, digits)}${unit}, goal ≤ ${atMost}`;
}
