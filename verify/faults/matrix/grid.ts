import {latestOf} from './cell.ts';
import {calls} from './calls.ts';
import type {Row} from './row.ts';

const [TITLE_WIDTH, CELL_WIDTH] = [27, 10];

/** Letters for the codes of a 503. */
const letterOf: Record<string, string> = {users_unavailable: 'u', unavailable: 'd'};

export const legend = `Each cell: status (u users_unavailable, d unavailable: the database, - no answer) and its slowest answer in ms; ! is wrong.
Attempts: what came to users for how many checks. Reads: 99th percentile of GET in ms, without the fault → with it.`;

export const heading = (): string =>
  [
    `${''.padEnd(TITLE_WIDTH)}${'orders'.padEnd(CELL_WIDTH * calls.filter(({group}) => group !== 'users').length)}users`,
    `${''.padEnd(TITLE_WIDTH)}${calls.map(({title}) => title.padEnd(CELL_WIDTH)).join('')}attempts  reads`,
  ].join('\n');

/** One line for a fault. */
export function lineOf({fault, cells, attempts, reads}: Row): string {
  const figures = cells.map(({answers, wrong}) => {
    const outcomes = [...new Set(answers.map(({status, code}) => `${status || '-'}${letterOf[code] ?? ''}`))];
    return `${wrong.length > 0 ? '!' : ''}${outcomes.join('/')} ${Math.round(latestOf(answers))}`.padEnd(CELL_WIDTH);
  });
  const asked = `${attempts.attempts}/${attempts.checks}`.padEnd(10);
  const read = reads ? `${Math.round(reads.before)} → ${Math.round(reads.during)}` : '';
  return `${fault.title.padEnd(TITLE_WIDTH)}${figures.join('')}${asked}${read}`;
}
