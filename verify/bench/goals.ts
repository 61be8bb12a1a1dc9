import {ratiosOf, textOf, type FigureName, type Measurement} from './figures.ts';
import {endpointNames, type EndpointName} from './system.ts';
import {ENOUGH} from './quartiles.ts';
import type {VariantName} from './variants.ts';

/** A bound on the ratio of `all` to another variant. */
export type Goal = {figure: FigureName; endpoint: EndpointName; other: VariantName} & (
  | {atMost: number}
  | {atLeast: number}
);

export type Change = 'as recorded' | 'better' | 'worse';

export type Verdict = 'held' | 'missed' | 'unresolved';

const [GET, POST, KNOWN] = endpointNames;

/** The same bound in both regimes. */
const cpu = (endpoint: EndpointName, other: VariantName, atMost: number): Goal[] =>
  (['cold', 'hot'] as const).map(figure => ({figure, endpoint, other, atMost}));

export const goals: Goal[] = [
  ...cpu(GET, 'tutorial', 0.95),
  ...cpu(POST, 'tutorial', 0.95),
  ...cpu(KNOWN, 'tutorial', 0.6),
  {figure: 'throughput', endpoint: GET, other: 'tutorial', atLeast: 1},
  {figure: 'throughput', endpoint: POST, other: 'tutorial', atLeast: 1.2},
  ...cpu(GET, 'bare', 1.3),
  ...cpu(POST, 'bare', 1.3),
  ...cpu(GET, 'none', 1.12),
  ...cpu(POST, 'none', 1.12),
  ...cpu(GET, 'fastify-stock', 0.8),
  ...cpu(POST, 'fastify-stock', 0.8),
  ...cpu(GET, 'nest-stock', 0.6),
  ...cpu(POST, 'nest-stock', 0.6),
];

/**
 * Whether a goal is held: all of the ratio's interquartile range is within the bound. It is missed if all of it is
 * beyond. In between, and with too few measurements, it is unresolved.
 */
export function judge(goal: Goal, measured: Measurement[]): {verdict: Verdict; text: string} {
  const ratios = ratiosOf(measured, goal, 'all', goal.other);
  const bound = 'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`;
  const text = `${goal.figure} all / ${goal.other}, ${goal.endpoint}: ${textOf(ratios, 2)}, goal ${bound}`;
  if (!ratios || ratios.count < ENOUGH) return {verdict: 'unresolved', text};

  const isWithin = (ratio: number) => ('atMost' in goal ? ratio <= goal.atMost : ratio >= goal.atLeast);
  const [lower, upper] = [isWithin(ratios.lower), isWithin(ratios.upper)];
  return {verdict: lower !== upper ? 'unresolved' : lower ? 'held' : 'missed', text};
}

/** How a ratio compares with that of the record. Where the interquartile ranges overlap, it is as recorded. */
export function compare(goal: Goal, measured: Measurement[], recorded: Measurement[]): Change {
  const [now, then] = [measured, recorded].map(some => ratiosOf(some, goal, 'all', goal.other));
  if (!now || !then || Math.min(now.count, then.count) < ENOUGH) return 'as recorded';
  if (now.lower <= then.upper && then.lower <= now.upper) return 'as recorded';
  return now.median < then.median === 'atMost' in goal ? 'better' : 'worse';
}
