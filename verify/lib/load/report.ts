import type {Outcomes, Report} from './plan.ts';

/** What came of a stream in these phases. */
export const outcomesOf = ({outcomes}: Report, stream: string, ...phases: string[]): Outcomes =>
  merged(phases.map(phase => outcomes[phase]?.[stream] ?? {}));

export function merged(parts: Outcomes[]): Outcomes {
  const all: Outcomes = {};
  for (const [outcome, ms] of parts.flatMap(part => Object.entries(part))) {
    all[outcome] = [...(all[outcome] ?? []), ...ms];
  }
  return all;
}

export const countOf = (outcomes: Outcomes): number => Object.values(outcomes).reduce((sum, ms) => sum + ms.length, 0);

/** The part of the requests that came to this outcome, from 0 to 1. */
export const shareOf = (outcomes: Outcomes, outcome: string): number =>
  (outcomes[outcome]?.length ?? 0) / countOf(outcomes);

/** How often each outcome came, for people. */
export const countsOf = (outcomes: Outcomes): string =>
  Object.entries(outcomes)
    .map(([outcome, ms]) => `${ms.length} × ${outcome}`)
    .join(', ');
