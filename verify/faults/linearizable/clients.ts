import {setTimeout as wait} from 'node:timers/promises';
import {call} from '../../lib/client.ts';
import type {Operation} from '../../lib/linearizable.ts';
import type {Random} from '../../lib/random.ts';
import {created, placeOrder, register} from '../api.ts';
import type {System} from '../system.ts';
import {afterChange, afterRead, changeBy, changed, moved, send, stateIn, type Change, type State} from './order.ts';

export const CLIENTS = 20;

/** Operations on one order, before the clients turn to the next. Most of its changes are over by then. */
const OF_ONE = 60;

/** An operation, and what was asked and answered. */
type Step = Operation<State> & {what: string};

export type History = {id: string; operations: Step[]};

/** How often the clients learned nothing, or that nothing was changed. */
export type Ledger = {unknown: number; refused: number};

/** Clients that work until `finish` is called and they have done as many operations. */
export function startClients(system: System, operations: number, ledger: Ledger, random: Random) {
  const histories: Promise<History>[] = [];
  const ending = new AbortController();
  let begun = 0;

  async function placed(index: number): Promise<History> {
    const userId = await buyer;
    for (;;) {
      const answer = await placeOrder(system, userId, `order-${index}`);
      if (answer.status === 201) return {id: created(answer), operations: []};
      await wait(100);
    }
  }

  async function client(): Promise<void> {
    while (!ending.signal.aborted || begun < operations) {
      const index = Math.floor(begun++ / OF_ONE);
      const history = await (histories[index] ??= placed(index));
      await operate(system, history, ledger, random);
    }
  }

  const buyer = register(system, 'buyer');
  const clients = Array.from({length: CLIENTS}, client);
  return {
    async finish(): Promise<History[]> {
      ending.abort();
      await Promise.all(clients);
      return Promise.all(histories);
    },
  };
}

/** One operation, which enters the history unless the answer promises that nothing happened. */
async function operate(system: System, {id, operations}: History, ledger: Ledger, random: Random): Promise<void> {
  const url = `${system.orders.url}/api/orders/${id}`;
  const change = random() < 0.7 ? undefined : changeBy(random);
  const start = performance.now();
  const answer = change ? await send(url, change) : await call('GET', url);
  const apply = change ? afterChange(change, answer) : afterRead(answer);
  const what = `${described(change)} → ${answer.status} ${answer.code || stateIn(answer)}`;
  if (apply === 'nothing') ledger.refused += 1;
  else if (apply !== 'unknown') operations.push({what, start, end: performance.now(), apply});
  else {
    ledger.unknown += 1;
    // Where it would change nothing it may as well not have happened.
    if (change) operations.push({what, start, end: Infinity, apply: state => changed(moved(state, change), state)});
  }
}

const described = (change: Change | undefined): string =>
  change ? `to ${change.to}${change.version === undefined ? '' : ` if ${change.version}`}` : 'read';

/** A line for each operation, with the milliseconds since the first. */
export function historyOf({operations}: History): string {
  const [first = 0] = operations.map(({start}) => start).toSorted((one, other) => one - other);
  return operations
    .toSorted((one, other) => one.start - other.start)
    .map(({start, end, what}) => `${(start - first).toFixed(1)} to ${(end - first).toFixed(1)} ms: ${what}`)
    .join('\n');
}
