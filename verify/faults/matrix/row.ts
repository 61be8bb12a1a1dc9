import {until} from '../../lib/until.ts';
import {nobody, placeOrder} from '../api.ts';
import {call, listAll} from '../../lib/client.ts';
import {attemptsOf, tooManyAttempts, type Attempts} from './attempts.ts';
import {calls, serviceOf, type Order, type Stored, type User} from './calls.ts';
import {isUsual, lateAnswers, sendAgain, tryCell, wrongAnswers, wronglyStored, type Cell} from './cell.ts';
import type {Fault} from './faults.ts';
import type {Fixtures} from './fixtures.ts';
import {readsBesideOrders, slowerReads, type Reads} from './reads.ts';

export type Row = {
  fault: Fault;
  cells: (Cell & {wrong: string[]})[];
  attempts: Attempts;
  reads: Reads | undefined;
  /** Everything that was wrong. */
  wrong: string[];
};

/** Makes all calls under one fault, then makes the failed ones again without it. */
export async function tryFault(fault: Fault, fixtures: Fixtures, scale: number): Promise<Row> {
  const hasReads = fault.changes.orders === undefined;
  // A process is slow after its start, so its first reads do not count.
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

const nameOf = ({group, title}: Cell['call']): string => `${serviceOf(group)} ${title}`;

async function judge(cells: Cell[], fixtures: Fixtures, scale: number): Promise<Row['cells']> {
  const stored = await readStored(fixtures);
  return cells.map(cell => ({
    ...cell,
    wrong: [...wrongAnswers(cell), ...lateAnswers(cell, scale), ...wronglyStored(cell, stored, fixtures)],
  }));
}

/** Makes the failed calls again after the fault: each must succeed, and be stored once. */
async function finish(cells: Cell[], fixtures: Fixtures): Promise<string[]> {
  const again: Cell[] = [];
  for (const cell of cells) if (!isUsual(cell)) again.push(await sendAgain(cell, fixtures));
  const stored = await readStored(fixtures);
  return again.flatMap(cell =>
    [...wrongAnswers(cell), ...wronglyStored(cell, stored, fixtures)].map(
      what => `${nameOf(cell.call)} afterwards ${what}`,
    ),
  );
}

/** Waits until orders asks users again and both databases accept writes. */
async function recovered(fixtures: Fixtures): Promise<void> {
  const {system, row, known} = fixtures;
  await until('both services recovered from the fault', 30, async () => {
    const asked = await placeOrder(fixtures.system, nobody(0), `${row}-recovered`);
    const request = {json: {username: 'known'}, headers: await system.auth.user(known)};
    const changed = await call('PATCH', `${system.users.url}/api/users/${known}`, request);
    return asked.status === 400 && changed.status === 200;
  });
}

async function readStored({system: {auth, orders, users}}: Fixtures): Promise<Stored> {
  return {
    orders: await listAll<Order>(`${orders.url}/api/orders`, auth.admin),
    users: await listAll<User>(`${users.url}/api/users`, auth.admin),
  };
}
