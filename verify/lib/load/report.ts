import type {Outcomes, Report} from './plan.ts';

/** The outcomes of a stream in these phases. */
export const outcomesOf = ({outcomes}: Report, stream: string, ...phases: string[]): Outcomes =>
  merged(phases.map(phase => outcomes[phase]?.[stream] ?? {}));

function merged(parts: Outcomes[]): Outcomes {
  const all: Outcomes = {};
  for (const [outcome, ms] of parts.flatMap(part => Object.entries(part))) {
    all[outcome] = [...(all[outcome] ?? []), ...ms];
  }
  return all;
}

export const countOf = (outcomes: Outcomes): number => Object.values(outcomes).reduce((sum, ms) => sum + ms.length, 0);

/** The share of the requests with this outcome, from 0 to 1. */
export const shareOf = (outcomes: Outcomes, outcome: string): number =>
  (outcomes[outcome]?.length ?? 0) / countOf(outcomes);

/** The number of requests by outcome, as text. */
export const countsOf = (outcomes: Outcomes): string =>
  Object.entries(outcomes)
    .map(([outcome, ms]) => `${ms.length} × ${outcome}`)
    .join(', ');

// The streams that measure what clients feel, with the statuses of their right answers.
const usual = {orders: '201', reads: '200', logins: '201'};

/** The latencies in milliseconds of the orders, reads and logins with the right answer. */
export const answeredOf = (report: Report, ...phases: string[]): number[] =>
  Object.entries(usual).flatMap(([stream, right]) => outcomesOf(report, stream, ...phases)[right] ?? []);

/** All their other outcomes, each with the name of its stream. */
export const othersOf = (report: Report, ...phases: string[]): Outcomes =>
  Object.fromEntries(
    Object.entries(usual).flatMap(([stream, right]) =>
      Object.entries(outcomesOf(report, stream, ...phases))
        .filter(([outcome]) => outcome !== right)
        .map(([outcome, ms]) => [`${stream} ${outcome}`, ms]),
    ),
  );
