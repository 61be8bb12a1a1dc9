import {until} from '../../lib/until.ts';
import {nobody, placeOrder} from '../api.ts';
import {call, listAll} from '../client.ts';
import {attemptsOf, tooManyAttempts, type Attempts} from './attempts.ts';
import {calls, type Order, type Stored, type User} from './calls.ts';
import {isAsEver, lateAnswers, sendAgain, tryCell, wrongAnswers, wronglyStored, type Cell} from './cell.ts';
import type {Fault} from './faults.ts';
import type {Fixtures} from './fixtures.ts';
import {readsBesideOrders, slowerReads, type Reads} from './reads.ts';

export type Row = {
  fault: Fault;
  cells: (Cell & {wrong: string[]})[];
  attempts: Attempts;
  reads: Reads | undefined;
  /** Whatever was not as it should be. */
  wrong: string[];
};

/** Tries one fault from before it begins until all that it held up has been done. */
export async function tryFault(fault: Fault, fixtures: Fixtures, scale: number): Promise<Row> {
  const hasReads = fault.changes.orders === undefined;
  // A process that has just started is slow, so its first reads do not count.
  if (hasReads) await readsBesideOrders(fixtures);
  const before = hasReads ? await readsBesideOrders(fixtures) : NaN;
  await fault.begin(fixtures.system);
  const cells: Cell[] = [];
  for (const call of calls) cells.push(await tryCell(call, fault, fixtures));
  const during = hasReads ? await readsBesideOrders(fixtures) : NaN;
  const attempts = await attemptsOf(fixtures);
  await fault.end(fixtures.system);

  await recovered(fixtures);
  const judged = await judge(cells, fixtures, scale);
  const again = await finish(cells, fixtures);
  const reads = hasReads ? {before, during} : undefined;
  return {
    fault,
    cells: judged,
    attempts,
    reads,
    wrong: [
      ...judged.flatMap(({call, wrong}) => wrong.map(what => `${nameOf(call)} ${what}`)),
      ...again,
      ...tooManyAttempts(attempts),
      ...(reads ? slowerReads(reads, scale) : []),
    ],
  };
}

const nameOf = ({group, title}: Cell['call']): string => `${group === 'users' ? 'users' : 'orders'} ${title}`;

async function judge(cells: Cell[], fixtures: Fixtures, scale: number): Promise<Row['cells']> {
  const stored = await readStored(fixtures);
  return cells.map(cell => ({
    ...cell,
    wrong: [...wrongAnswers(cell), ...lateAnswers(cell, scale), ...wronglyStored(cell, stored, fixtures)],
  }));
}

/** Sends again what the fault kept from being done: then all of it is, once. */
async function finish(cells: Cell[], fixtures: Fixtures): Promise<string[]> {
  const again: Cell[] = [];
  for (const cell of cells) if (!isAsEver(cell)) again.push(await sendAgain(cell, fixtures));
  const stored = await readStored(fixtures);
  return again.flatMap(cell =>
    [...wrongAnswers(cell), ...wronglyStored(cell, stored, fixtures)].map(
      what => `${nameOf(cell.call)} afterwards ${what}`,
    ),
  );
}

/** Orders asks users again, and both databases take writes. */
async function recovered(fixtures: Fixtures): Promise<void> {
  const {system, row, known} = fixtures;
  await until('both services as ever after the fault', 30, async () => {
    const asked = await placeOrder(fixtures.system, nobody(0), `${row}-recovered`);
    const changed = await call('PATCH', `${system.users.url}/api/users/${known}`, {json: {username: 'known'}});
    return asked.status === 400 && changed.status === 200;
  });
}

async function readStored({system: {orders, users}}: Fixtures): Promise<Stored> {
  return {
    orders: await listAll<Order>(`${orders.url}/api/orders`),
    users: await listAll<User>(`${users.url}/api/users`),
  };
}
