import {withSystem, type System} from '../system.ts';
import {say} from '../../lib/run.ts';
import type {Run} from '../run.ts';
import {calls} from '../matrix/calls.ts';
import {faults} from '../matrix/faults.ts';
import {heading, legend, lineOf} from '../matrix/grid.ts';
import {tryFault, type Row} from '../matrix/row.ts';
import {createFixtures, registerPeople} from '../matrix/fixtures.ts';

/** Without a time for which it need not ask again, orders asks users for every order, and memory is for when users fails. */
const ASK_ALWAYS = {orders: {USERS_CACHE_FRESH_MS: '0'}};

/** Every fault on every call: the answer, its latest time and what is stored are those of the table. */
export async function matrix(run: Run): Promise<string> {
  return withSystem(run, ASK_ALWAYS, async system => {
    say(`${legend}\n\n${heading()}`);
    const people = await registerPeople(system, Math.max(...calls.map(({times}) => times)));
    const rows: Row[] = [];
    for (const [index, fault] of faults.entries()) {
      await forget(system);
      const row = await tryFault(fault, await createFixtures(system, `f${index}`, people), run.config.FAULTS_SCALE);
      say(lineOf(row));
      rows.push(row);
    }

    const wrong = rows.flatMap(row => row.wrong.map(what => `${row.fault.title}: ${what}`));
    if (wrong.length > 0) throw new Error(wrong.join('; '));
    return `${faults.length} faults × ${calls.length} calls as the table says, ${figuresOf(rows)}`;
  });
}

/** A new process of orders remembers nobody, and has had no trouble with users. */
async function forget({orders}: System): Promise<void> {
  await orders.kill();
  await orders.start();
}

function figuresOf(rows: Row[]): string {
  const asked = rows.map(({attempts: {attempts, checks}}) => attempts / checks);
  const slower = rows.flatMap(({reads}) => (reads ? [reads.during - reads.before] : []));
  return `at most ${Math.max(...asked).toFixed(2)} attempts for a check, p99 of reading orders at most ${Math.round(Math.max(...slower))} ms longer than without the fault`;
}
