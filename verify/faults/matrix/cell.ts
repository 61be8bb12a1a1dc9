import {setTimeout as wait} from 'node:timers/promises';
import type {Answer} from '../../lib/client.ts';
import type {Call, Expected, Stored} from './calls.ts';
import type {Fault} from './faults.ts';
import type {Fixtures} from './fixtures.ts';

/** One call under one fault: its answers, and the expected outcome. */
export type Cell = {call: Call; expected: Expected; answers: Answer[]};

/** How much later than its deadline an answer may be. */
const LATE_MS = 100;

export const tryCell = async (call: Call, {changes}: Fault, fixtures: Fixtures): Promise<Cell> => ({
  call,
  expected: {...call.usual, ...changes[call.group], ...changes[`${call.group} ${call.title}`]},
  answers: await Promise.all(indexes(call).map(index => call.send(fixtures, index))),
});

const indexes = ({times}: Call): number[] => [...Array(times).keys()];

const [TRIES, PAUSE_MS] = [40, 250];

/** Repeats each call until it has its usual outcome, for at most ten seconds. */
export async function sendAgain({call}: Cell, fixtures: Fixtures): Promise<Cell> {
  const untilUsual = async (index: number): Promise<Answer> => {
    for (let tries = 1; ; tries += 1) {
      const answer = await call.send(fixtures, index);
      if (answer.status === call.usual.status || tries === TRIES) return answer;
      await wait(PAUSE_MS);
    }
  };
  return {call, expected: call.usual, answers: await Promise.all(indexes(call).map(untilUsual))};
}

export const isUsual = ({call, expected}: Cell): boolean => call.usual.status === expected.status;

/** The wrong outcomes of the cell, each once. */
export function wrongAnswers({expected, answers}: Cell): string[] {
  const right = outcomeOf(expected);
  return [...new Set(answers.map(outcomeOf).filter(outcome => outcome !== right))].map(
    outcome => `${outcome} instead of ${right}`,
  );
}

const outcomeOf = ({status, code}: {status: number; code: string}): string => `${status} ${code}`.trim();

export function lateAnswers({expected, answers}: Cell, scale: number): string[] {
  const allowed = expected.withinMs + LATE_MS * scale;
  const latest = latestOf(answers);
  return latest > allowed ? [`after ${Math.round(latest)} ms instead of ${Math.round(allowed)}`] : [];
}

export const latestOf = (answers: Answer[]): number => Math.max(...answers.map(({ms}) => ms));

/** The wrong numbers of stored changes, each once. */
export function wronglyStored({call, expected, answers}: Cell, stored: Stored, fixtures: Fixtures): string[] {
  const counts = answers.map((_, index) => call.count?.(stored, fixtures, index));
  return [...new Set(counts.filter(count => count !== undefined && !expected.stored.includes(count)))].map(
    count => `stored ${count} times instead of ${expected.stored.join(' or ')}`,
  );
}
