import {asAdministrator} from '../../../dev/mongod.ts';
import type {System} from '../system.ts';
import {answer, halfAHead, halfAHeadThenEnd, halfAHeadThenReset, late, pass, silence, type Mode} from '../proxy.ts';
import type {Expected, Group} from './calls.ts';

export type Fault = {
  title: string;
  begin(system: System): Promise<unknown> | void;
  end(system: System): Promise<unknown> | void;
  /** What calls of a group come to in another way than without the fault. */
  changes: Partial<Record<Group, Partial<Expected>>>;
};

/** What orders gives a single call to users, and a whole order. */
const [ATTEMPT_MS, PLACE_MS] = [500, 2_000];

/** What every operation of a database is given; a registration is hashed before it. */
const [OPERATION_MS, HASHED_OPERATION_MS] = [2_000, 2_200];

const unavailable = (withinMs: number, stored = [0]) => ({status: 503, code: 'unavailable', withinMs, stored});

const noAnswer = {status: 0, code: 'ECONNREFUSED', withinMs: 100, stored: [0]};

/** users cannot be asked, which is known so soon: whom orders remembers orders all the same. */
const cannotAsk = (withinMs: number): Fault['changes'] => ({
  check: {status: 503, code: 'users_unavailable', withinMs, stored: [0]},
  known: {withinMs},
});

/** Two attempts and a pause of at most 60 ms. */
const AT_ONCE_MS = 200;

const mended = ({proxy}: System) => proxy.become(pass);

const onTheWay = (title: string, mode: Mode, changes: Fault['changes']): Fault => ({
  title,
  begin: ({proxy}) => proxy.become(mode),
  end: mended,
  changes,
});

const slower = (ms: number): Fault['changes'] => ({check: {withinMs: 400 + ms}, known: {withinMs: 400 + ms}});

const killed = (title: string, part: 'users' | 'usersMongod' | 'ordersMongod', changes: Fault['changes']): Fault => ({
  title,
  begin: system => system[part].kill(),
  end: system => system[part].start(),
  changes,
});

const withoutDatabase = (stored = [0]): Fault['changes'] => ({
  check: unavailable(PLACE_MS, stored),
  known: unavailable(PLACE_MS, stored),
  orders: unavailable(OPERATION_MS, stored),
});

/** The faults of the matrix, each with all that is different while it lasts. */
export const faults: Fault[] = [
  {title: 'none', begin: () => undefined, end: () => undefined, changes: {}},
  killed('users killed', 'users', {...cannotAsk(AT_ONCE_MS), users: noAnswer}),
  {title: 'users refuses', begin: ({proxy}) => proxy.refuse(), end: mended, changes: cannotAsk(AT_ONCE_MS)},
  onTheWay('users 50 ms late', late(50), slower(50)),
  onTheWay('users 200 ms late', late(200), slower(200)),
  onTheWay('users 1,000 ms late', late(1_000), cannotAsk(ATTEMPT_MS)),
  onTheWay('users is silent', silence, cannotAsk(ATTEMPT_MS)),
  onTheWay('half a head, then a reset', halfAHeadThenReset, cannotAsk(AT_ONCE_MS)),
  onTheWay('half a head, then an end', halfAHeadThenEnd, cannotAsk(AT_ONCE_MS)),
  onTheWay('half a head, then silence', halfAHead, cannotAsk(ATTEMPT_MS)),
  onTheWay('500', answer(500), cannotAsk(AT_ONCE_MS)),
  onTheWay('503', answer(503), cannotAsk(AT_ONCE_MS)),
  onTheWay('404 of somebody else', answer(404), cannotAsk(AT_ONCE_MS)),
  {
    title: 'redirect',
    // To where anybody is found.
    begin: ({proxy, users}) => proxy.become(answer(302, {Location: `${users.url}/openapi.json`})),
    end: mended,
    changes: cannotAsk(AT_ONCE_MS),
  },
  killed("users' MongoDB killed", 'usersMongod', {...cannotAsk(ATTEMPT_MS), users: unavailable(HASHED_OPERATION_MS)}),
  killed("orders' MongoDB killed", 'ordersMongod', withoutDatabase()),
  {
    title: "orders' MongoDB no primary",
    begin: ({ordersMongod: {port}}) => administer(port, STEP_DOWN),
    // A set of one elects itself as soon as it may.
    end: ({ordersMongod: {port}}) => administer(port, {replSetFreeze: 0}),
    changes: withoutDatabase(),
  },
  {
    title: "orders' MongoDB frozen",
    begin: ({ordersMongod}) => ordersMongod.signal('SIGSTOP'),
    end: ({ordersMongod}) => ordersMongod.signal('SIGCONT'),
    // What it had received it still does when it goes on.
    changes: withoutDatabase([0, 1]),
  },
];

/** For longer than a row takes; there is no other member to wait for. */
const STEP_DOWN = {replSetStepDown: 600, secondaryCatchUpPeriodSecs: 0, force: true};

const administer = (port: number, command: Record<string, unknown>): Promise<void> =>
  asAdministrator(port, admin => admin.command(command));
