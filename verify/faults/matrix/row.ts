import {until} from '../../lib/until.ts';
import {nobody, placeOrder} from '../api.ts';
import {call, listAll} from '../client.ts';
import {attemptsOf, tooManyAttempts, type Attempts} from './attempts.ts';
import {calls, type Order, type Stored, type User, type World} from './calls.ts';
import {isAsEver, lateAnswers, sendAgain, tryCell, wrongAnswers, wronglyStored, type Cell} from './cell.ts';
import type {Fault} from './faults.ts';
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
export async function tryFault(fault: Fault, world: World, scale: number): Promise<Row> {
  const hasReads = fault.changes.orders === undefined;
  // A process that has just started is slow, so its first reads do not count.
  if (hasReads) await readsBesideOrders(world);
  const before = hasReads ? await readsBesideOrders(world) : NaN;
  await fault.begin(world.duet);
  const cells: Cell[] = [];
  for (const call of calls) cells.push(await tryCell(call, fault, world));
  const during = hasReads ? await readsBesideOrders(world) : NaN;
  const attempts = await attemptsOf(world);
  await fault.end(world.duet);

  await recovered(world);
  const judged = await judge(cells, world, scale);
  const again = await finish(cells, world);
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

async function judge(cells: Cell[], world: World, scale: number): Promise<Row['cells']> {
  const stored = await readStored(world);
  return cells.map(cell => ({
    ...cell,
    wrong: [...wrongAnswers(cell), ...lateAnswers(cell, scale), ...wronglyStored(cell, stored, world)],
  }));
}

/** Sends again what the fault kept from being done: then all of it is, once. */
async function finish(cells: Cell[], world: World): Promise<string[]> {
  const again: Cell[] = [];
  for (const cell of cells) if (!isAsEver(cell)) again.push(await sendAgain(cell, world));
  const stored = await readStored(world);
  return again.flatMap(cell =>
    [...wrongAnswers(cell), ...wronglyStored(cell, stored, world)].map(
      what => `${nameOf(cell.call)} afterwards ${what}`,
    ),
  );
}

/** Orders asks users again, and both databases take writes. */
async function recovered(world: World): Promise<void> {
  const {duet, row, known} = world;
  await until('both services as ever after the fault', 30, async () => {
    const asked = await placeOrder(world.duet, nobody(0), `${row}-recovered`);
    const changed = await call('PATCH', `${duet.users.url}/api/users/${known}`, {json: {username: 'known'}});
    return asked.status === 400 && changed.status === 200;
  });
}

async function readStored({duet: {orders, users}}: World): Promise<Stored> {
  return {
    orders: await listAll<Order>(`${orders.url}/api/orders`),
    users: await listAll<User>(`${users.url}/api/users`),
  };
}
