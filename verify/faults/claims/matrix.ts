import {withDuet, type Duet} from '../duet.ts';
import type {Lab} from '../lab.ts';
import {calls} from '../matrix/calls.ts';
import {faults} from '../matrix/faults.ts';
import {heading, legend, lineOf} from '../matrix/grid.ts';
import {tryFault, type Row} from '../matrix/row.ts';
import {createWorld, registerPeople} from '../matrix/world.ts';

/** Without a time for which it need not ask again, orders asks users for every order, and memory is for when users fails. */
const ASK_ALWAYS = {orders: {USERS_CACHE_FRESH_MS: '0'}};

/** Every fault on every call: the answer, its latest time and what is stored are those of the table. */
export async function matrix({ground, config, say}: Lab): Promise<string> {
  return withDuet(ground, ASK_ALWAYS, async duet => {
    say(`${legend}\n\n${heading()}`);
    const people = await registerPeople(duet, Math.max(...calls.map(({times}) => times)));
    const rows: Row[] = [];
    for (const [index, fault] of faults.entries()) {
      await forget(duet);
      const row = await tryFault(fault, await createWorld(duet, `f${index}`, people), config.FAULTS_SCALE);
      say(lineOf(row));
      rows.push(row);
    }

    const wrong = rows.flatMap(row => row.wrong.map(what => `${row.fault.title}: ${what}`));
    if (wrong.length > 0) throw new Error(wrong.join('; '));
    return `${faults.length} faults × ${calls.length} calls as the table says, ${figuresOf(rows)}`;
  });
}

/** A new process of orders remembers nobody, and has had no trouble with users. */
async function forget({orders}: Duet): Promise<void> {
  await orders.kill();
  await orders.start();
}

function figuresOf(rows: Row[]): string {
  const asked = rows.map(({attempts: {attempts, checks}}) => attempts / checks);
  const slower = rows.flatMap(({reads}) => (reads ? [reads.during - reads.before] : []));
  return `at most ${Math.max(...asked).toFixed(2)} attempts for a check, p99 of reading orders at most ${Math.round(Math.max(...slower))} ms longer than without the fault`;
}
