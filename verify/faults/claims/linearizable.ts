import {setTimeout as wait} from 'node:timers/promises';
import {asAdministrator} from '../../../dev/mongod.ts';
import {call, type Answer} from '../../lib/client.ts';
import {isLinearizable, type Operation} from '../../lib/linearizable.ts';
import {shown} from '../../lib/claims.ts';
import type {Random} from '../../lib/random.ts';
import {say} from '../../lib/run.ts';
import {created, placeOrder, register} from '../api.ts';
import {withReplicaSet, type ReplicaSet} from '../replica-set.ts';
import type {Run} from '../run.ts';
import {withSystem, type System} from '../system.ts';

const CLIENTS = 20;

/** Operations on one order, before the clients turn to the next. Most of its changes are over by then. */
const OF_ONE = 60;

/** What an order may become, as docs/api.md says: a model of its own, so that it cannot be wrong as the service is. */
const next: Record<string, string[]> = {
  pending: ['paid', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
};
const statuses = Object.keys(next);

/** Status and version of an order, as text. */
type State = string;
const INITIAL: State = 'pending 1';
const split = (state: State): [string, number] => [state.split(' ')[0] ?? '', Number(state.split(' ')[1])];

/** A change to this status, if the order has this version (undefined: any). */
type Change = {to: string; version: number | undefined};

/** An operation, and what was asked and answered. */
type Step = Operation<State> & {what: string};

type History = {id: string; operations: Step[]};

/** How often the clients learned nothing, or that nothing was changed. */
type Ledger = {unknown: number; refused: number};

/** Reads and changes of few orders by many clients, while primaries step down and are killed, happen one after another. */
export async function linearizable(run: Run): Promise<string> {
  const {FAULTS_ELECTIONS: elections, FAULTS_OPERATIONS: operations} = run.config;
  return withReplicaSet(run, set =>
    withSystem(run, {orders: {MONGO_URL: set.url('orders')}}, async system => {
      const ledger: Ledger = {unknown: 0, refused: 0};
      const work = startClients(system, operations, ledger, run.random);
      const happened = await elect(set, elections, run.random);
      const histories = await work.finish();

      const wrong = histories.filter(history => !isLinearizable(history.operations, INITIAL));
      if (wrong[0]) say(historyOf(wrong[0]));
      const count = histories.reduce((sum, history) => sum + history.operations.length, 0);
      const figures = `${count} reads and changes of ${histories.length} orders by ${CLIENTS} clients during ${elections} elections (${happened}): ${wrong.length} orders with a history that no order of events explains; ${ledger.unknown} outcomes unknown, ${ledger.refused} refused${wrong[0] ? `; FAULTS_SEED=${run.seed}, order ${wrong[0].id}` : ''}`;
      return shown(figures, {
        'every history is linearizable': wrong.length === 0,
        'there is enough of it': count + ledger.unknown + ledger.refused >= operations,
      });
    }),
  );
}

/** Clients that work until `finish` is called and they have done as many operations. */
function startClients(system: System, operations: number, ledger: Ledger, random: Random) {
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
function historyOf({operations}: History): string {
  const [first = 0] = operations.map(({start}) => start).toSorted((one, other) => one - other);
  return operations
    .toSorted((one, other) => one.start - other.start)
    .map(({start, end, what}) => `${(start - first).toFixed(1)} to ${(end - first).toFixed(1)} ms: ${what}`)
    .join('\n');
}

function changeBy(random: Random): Change {
  const to = statuses[Math.floor(random() * statuses.length)] ?? '';
  // Orders have up to four versions; a change for the wrong one must be refused.
  return {to, version: random() < 0.5 ? undefined : 1 + Math.floor(random() * 3)};
}

const send = (url: string, {to, version}: Change): Promise<Answer> =>
  call('PATCH', url, {json: {status: to}, headers: version === undefined ? {} : {'if-match': `"${version}"`}});

type Apply = Operation<State>['apply'] | 'nothing' | 'unknown';

/** The version is in the ETag only. */
const stateIn = ({body, headers}: Answer): State =>
  `${String(body['status'])} ${String(headers['etag']).replaceAll('"', '')}`;

/** An order that was placed is there for ever. */
const impossible = (): undefined => undefined;

function afterRead(answer: Answer): Apply {
  if (answer.status === 404) return impossible;
  return answer.status === 200 ? state => (state === stateIn(answer) ? state : undefined) : 'nothing';
}

function afterChange(change: Change, answer: Answer): Apply {
  const fits = (version: number): boolean => change.version === undefined || change.version === version;
  if (answer.status === 404) return impossible;
  if (answer.status === 503) return 'nothing';
  if (answer.status === 200)
    return state => (fits(split(state)[1]) && moved(state, change) === stateIn(answer) ? stateIn(answer) : undefined);
  if (answer.status === 412) return state => (fits(split(state)[1]) ? undefined : state);
  if (answer.status !== 409) return 'unknown';
  return state => {
    const [status, version] = split(state);
    return fits(version) && status !== change.to && !next[status]?.includes(change.to) ? state : undefined;
  };
}

/** The state after the change, the same if it is not allowed. */
function moved(state: State, {to, version}: Change): State {
  const [status, current] = split(state);
  const isAllowed = next[status]?.includes(to) === true && (version === undefined || version === current);
  return isAllowed ? `${to} ${current + 1}` : state;
}

const changed = (after: State, before: State): State | undefined => (after === before ? undefined : after);

/** Ways to lose a primary, by name. */
const losses: Record<string, (set: ReplicaSet) => Promise<unknown>> = {
  async 'stepped down'({primary}) {
    const {port} = await primary();
    const command = {replSetStepDown: 5, secondaryCatchUpPeriodSecs: 2};
    await asAdministrator(port, admin => admin.command(command)).catch(() => undefined);
  },
  async killed({primary}) {
    const lost = await primary();
    await lost.kill();
    await primary();
    await lost.start();
  },
  // What only the primary has is lost with it, so it must not have been acknowledged.
  async 'killed behind the others'({primary, members}) {
    const lost = await primary();
    const others = members.filter(member => member !== lost);
    await Promise.all(others.map(member => member.freeze()));
    await wait(LAG_MS);
    await lost.kill();
    for (const member of others) member.signal('SIGCONT');
    await primary();
    await lost.start();
  },
};

/** Less than an election takes, so that the primary goes on. */
const LAG_MS = 300;

/** Loses the primary so many times, in ways that the seed chooses. */
async function elect(set: ReplicaSet, elections: number, random: Random): Promise<string> {
  const names = Object.keys(losses);
  const counts = new Map(names.map(name => [name, 0]));
  for (let index = 0; index < elections; index += 1) {
    await wait(500 + random() * 1_000);
    const name = names[(index + Math.floor(random() * 2)) % names.length] ?? '';
    await losses[name]?.(set);
    await set.primary();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}
