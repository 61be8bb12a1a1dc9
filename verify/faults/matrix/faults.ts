import {asAdministrator} from '../../../dev/mongod.ts';
import type {System} from '../system.ts';
import {late, pass, silence, type Mode} from '../../../dev/proxy.ts';
import {answer, halfAHead, halfAHeadThenEnd, halfAHeadThenReset} from '../proxy.ts';
import type {Expected, Group} from './calls.ts';

export type Fault = {
  title: string;
  begin(system: System): Promise<unknown> | void;
  end(system: System): Promise<unknown> | void;
  /** How the outcomes of a group, or of one call in it, differ from the usual ones. */
  changes: Partial<Record<Group | `${Group} ${string}`, Partial<Expected>>>;
};

/** The timeouts of one call from orders to users, and of a whole order. */
const [ATTEMPT_MS, PLACE_MS] = [500, 2_000];

/** The timeout of a database operation; a registration hashes its password before it. */
const [OPERATION_MS, HASHED_OPERATION_MS] = [2_000, 2_200];

const unavailable = (withinMs: number, stored = [0]) => ({status: 503, code: 'unavailable', withinMs, stored});

const noAnswer = {status: 0, code: 'ECONNREFUSED', withinMs: 100, stored: [0]};

/** users does not answer, and orders notices after `withinMs`. Cached buyers can order nevertheless. */
const cannotAsk = (withinMs: number): Fault['changes'] => ({
  lookup: {status: 503, code: 'users_unavailable', withinMs, stored: [0]},
  cached: {withinMs},
});

/** Two attempts and a pause of at most 60 ms. */
const AT_ONCE_MS = 200;

const repaired = ({proxy}: System) => proxy.become(pass);

const onTheWay = (title: string, mode: Mode, changes: Fault['changes']): Fault => ({
  title,
  begin: ({proxy}) => proxy.become(mode),
  end: repaired,
  changes,
});

const slower = (ms: number): Fault['changes'] => ({lookup: {withinMs: 400 + ms}, cached: {withinMs: 400 + ms}});

const killed = (title: string, part: 'users' | 'usersMongod' | 'ordersMongod', changes: Fault['changes']): Fault => ({
  title,
  begin: system => system[part].kill(),
  end: system => system[part].start(),
  changes,
});

const withoutDatabase = (stored = [0]): Fault['changes'] => ({
  lookup: unavailable(PLACE_MS, stored),
  cached: unavailable(PLACE_MS, stored),
  orders: unavailable(OPERATION_MS, stored),
});

/** The faults of the matrix, each with the outcomes that change while it lasts. */
export const faults: Fault[] = [
  {title: 'none', begin: () => undefined, end: () => undefined, changes: {}},
  killed('users killed', 'users', {...cannotAsk(AT_ONCE_MS), users: noAnswer, keys: noAnswer}),
  {
    title: 'users refuses connections',
    begin: ({proxy}) => proxy.refuse(),
    end: repaired,
    changes: cannotAsk(AT_ONCE_MS),
  },
  onTheWay('users 50 ms late', late(50), slower(50)),
  onTheWay('users 200 ms late', late(200), slower(200)),
  onTheWay('users 1,000 ms late', late(1_000), cannotAsk(ATTEMPT_MS)),
  onTheWay('users never answers', silence, cannotAsk(ATTEMPT_MS)),
  onTheWay('half a head, then a reset', halfAHeadThenReset, cannotAsk(AT_ONCE_MS)),
  onTheWay('half a head, then an end', halfAHeadThenEnd, cannotAsk(AT_ONCE_MS)),
  onTheWay('half a head, then silence', halfAHead, cannotAsk(ATTEMPT_MS)),
  onTheWay('users answers 500', answer(500), cannotAsk(AT_ONCE_MS)),
  onTheWay('users answers 503', answer(503), cannotAsk(AT_ONCE_MS)),
  onTheWay('another server answers 404', answer(404), cannotAsk(AT_ONCE_MS)),
  {
    title: 'users redirects',
    // To a page that answers 200, as if the buyer existed.
    begin: ({proxy, users}) => proxy.become(answer(302, {Location: `${users.url}/openapi.json`})),
    end: repaired,
    changes: cannotAsk(AT_ONCE_MS),
  },
  killed("users' MongoDB: killed", 'usersMongod', {...cannotAsk(ATTEMPT_MS), users: unavailable(HASHED_OPERATION_MS)}),
  killed("orders' MongoDB: killed", 'ordersMongod', withoutDatabase()),
  {
    title: "orders' MongoDB: no primary",
    begin: ({ordersMongod: {port}}) => administer(port, STEP_DOWN),
    // A replica set of one elects itself as soon as it is allowed to.
    end: ({ordersMongod: {port}}) => administer(port, {replSetFreeze: 0}),
    changes: withoutDatabase(),
  },
  {
    title: "orders' MongoDB: frozen",
    begin: ({ordersMongod}) => ordersMongod.freeze(),
    end: ({ordersMongod}) => ordersMongod.signal('SIGCONT'),
    // After SIGCONT it may still execute writes that it received before. Orders have a key, a PATCH has none.
    changes: {
      ...withoutDatabase([0, 1]),
      'orders PATCH': {status: 504, code: 'outcome_unknown'},
    },
  },
];

/** Longer than a row takes; there is no other member to wait for. */
const STEP_DOWN = {replSetStepDown: 600, secondaryCatchUpPeriodSecs: 0, force: true};

const administer = (port: number, command: Record<string, unknown>): Promise<void> =>
  asAdministrator(port, admin => admin.command(command));
