import {withSystem, type System} from '../system.ts';
import {say} from '../../lib/run.ts';
import type {Run} from '../run.ts';
import {calls} from '../matrix/calls.ts';
import {faults} from '../matrix/faults.ts';
import {heading, legend, lineOf} from '../matrix/grid.ts';
import {tryFault, type Row} from '../matrix/row.ts';
import {createFixtures, registerPeople} from '../matrix/fixtures.ts';

/** Without fresh entries in its cache, orders asks users for every order, and uses stale entries while users fails. */
const ASK_ALWAYS = {orders: {USERS_CACHE_FRESH_MS: '0'}};

/** Every call under every fault gets the answer that the table says, in time, and stores what the table says. */
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
    // The first row is the one without a fault.
    return `${faults.length - 1} faults × ${calls.length} calls as the table says, ${figuresOf(rows)}`;
  });
}

/** A new process of orders has an empty cache and a closed breaker. */
async function forget({orders}: System): Promise<void> {
  await orders.kill();
  await orders.start();
}

function figuresOf(rows: Row[]): string {
  const asked = rows.map(({attempts: {attempts, lookups}}) => attempts / lookups);
  const slower = rows.flatMap(({reads}) => (reads ? [reads.during - reads.before] : []));
  return `at most ${Math.max(...asked).toFixed(2)} attempts for a lookup, p99 of reading orders at most ${Math.round(Math.max(...slower))} ms longer than without the fault`;
}
