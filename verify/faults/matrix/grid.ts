import {latestOf} from './cell.ts';
import {calls, serviceOf} from './calls.ts';
import type {Row} from './row.ts';

const [TITLE_WIDTH, CELL_WIDTH] = [29, 10];

/** The letters after a 503 that tell its code. */
const letterOf: Record<string, string> = {users_unavailable: 'u', unavailable: 'd'};

export const legend = `Each cell: the status and the slowest answer in ms. 503u: users unavailable; 503d: database unavailable; -: no answer; !: wrong.
Attempts: requests that reached users / lookups of a buyer. Reads: p99 of GET in ms, without the fault → with it.`;

export const heading = (): string =>
  [
    `${''.padEnd(TITLE_WIDTH)}${'orders'.padEnd(CELL_WIDTH * calls.filter(({group}) => serviceOf(group) === 'orders').length)}users`,
    `${''.padEnd(TITLE_WIDTH)}${calls.map(({title}) => title.padEnd(CELL_WIDTH)).join('')}attempts  reads`,
  ].join('\n');

/** The line of one fault. */
export function lineOf({fault, cells, attempts, reads}: Row): string {
  const figures = cells.map(({answers, wrong}) => {
    const outcomes = [...new Set(answers.map(({status, code}) => `${status || '-'}${letterOf[code] ?? ''}`))];
    return `${wrong.length > 0 ? '!' : ''}${outcomes.join('/')} ${Math.round(latestOf(answers))}`.padEnd(CELL_WIDTH);
  });
  const asked = `${attempts.attempts}/${attempts.lookups}`.padEnd(10);
  const read = reads ? `${Math.round(reads.before)} → ${Math.round(reads.during)}` : '';
  return `${fault.title.padEnd(TITLE_WIDTH)}${figures.join('')}${asked}${read}`;
}
