import {runInNewContext} from 'node:vm';
import test from 'ava';
import {named} from '../../verify/lib/charts/kubernetes.ts';
import {render} from '../../verify/lib/charts/render.ts';
import {threeMembers} from '../../verify/lib/charts/value-sets.ts';

type State = 'new' | 'initialized' | 'removed' | 'silent';
type Command = {
  replSetGetStatus?: 1;
  replSetInitiate?: {members: {host: string}[]};
  replSetReconfig?: {members: {host: string}[]};
};
type User = {roles: object[]; pwd?: string};

const host = (ordinal: number): string => `users-mongodb-${ordinal}.users-mongodb.shop.svc:27017`;
const ATTEMPTS = 5;

const refusing = (state: State): Error =>
  Object.assign(new Error(state), {code: {new: 94, removed: 93, silent: undefined, initialized: undefined}[state]});

/**
 * Runs setup.js of three members against members in these states, which a set of `configured` has. It ends after a few
 * waits.
 */
async function setUp(states: State[], configured: number[] = [], users: Record<string, User> = {}) {
  const {data} = named(await render('users', threeMembers), 'ConfigMap', 'users-mongodb');
  let members = configured.map(host);
  const done: string[] = [];
  const open = new Set<object>();
  const stateOf = (name: string): State => states[[0, 1, 2].map(host).indexOf(name)] ?? 'silent';

  const admin = (hosts: string[]) => ({
    adminCommand(command: Command) {
      if (command.replSetInitiate) {
        members = command.replSetInitiate.members.map(member => member.host);
        done.push(`initiated ${members.length}`);
      } else if (command.replSetReconfig) {
        members = command.replSetReconfig.members.map(member => member.host);
        done.push(`grew to ${members.length}`);
      } else if (hosts.length === 1 && stateOf(hosts[0] ?? '') !== 'initialized') {
        throw refusing(stateOf(hosts[0] ?? ''));
      }
      return {
        config: {version: 1, members: members.map((name, id) => ({_id: id, host: name}))},
        members: members.map(name => ({
          stateStr: stateOf(name) === 'silent' ? '(not reachable/healthy)' : 'SECONDARY',
        })),
      };
    },
    getUser: (user: string) => users[user],
    createUser: ({user, ...rest}: {user: string} & User) => done.push(`created ${user}`) && (users[user] = rest),
    updateUser: (user: string, rest: Partial<User>) =>
      done.push(`updated ${user}`) && Object.assign(users[user] ?? {}, rest),
  });
  let waits = 0;
  const script = {
    require: () => ({readFileSync: (path: string) => `new ${path.split('/').at(-1)}\n`}),
    process: {env: {MEMBERS: [0, 1, 2].map(host).join(','), DATABASE: 'users'}},
    print: () => undefined,
    sleep() {
      waits += 1;
      if (waits >= ATTEMPTS) throw new Error('it waits');
    },
    // A constructor, as in mongosh.
    Mongo: function connect(uri: string) {
      const client = {
        getDB: () => admin(/@(.*?)\//u.exec(uri)?.[1]?.split(',') ?? []),
        close: () => open.delete(client),
      };
      open.add(client);
      return client;
    },
  };
  try {
    runInNewContext(data['setup.js'] ?? '', script);
  } catch (error) {
    done.push((error as Error).message);
  }
  return {done, users, open: open.size};
}

const created = ['created users', 'created backup', 'created restore'];
const updated = ['updated users', 'updated backup', 'updated restore'];
const known = () => ({users: {roles: [{role: 'readWrite'}]}, backup: {roles: []}, restore: {roles: []}});

test('three new members become a set', async t => {
  t.deepEqual((await setUp(['new', 'new', 'new'])).done, ['initiated 3', ...created]);
});

test('no set is initiated while a member does not answer, because it may have the data', async t => {
  t.deepEqual((await setUp(['new', 'silent', 'new'])).done, ['it waits']);
});

test('no second set is initiated when a member lost its volume', async t => {
  t.deepEqual((await setUp(['new', 'initialized', 'initialized'], [0, 1, 2], known())).done, updated);
});

test('users are updated while one of three members is down', async t => {
  const {done, users} = await setUp(['initialized', 'silent', 'initialized'], [0, 1, 2], known());

  t.deepEqual(done, updated);
  t.is(users['users']?.pwd, 'newpassword');
});

test('a set of one grows by one member at a time, after the users', async t => {
  const {done} = await setUp(['initialized', 'new', 'new'], [0], known());

  t.deepEqual(done, [...updated, 'grew to 2', 'grew to 3']);
});

test('a set does not grow while a member has not caught up', async t => {
  const {done} = await setUp(['initialized', 'silent', 'new'], [0, 1], known());

  t.deepEqual(done, [...updated, 'it waits']);
});

test('a member that was removed from the set joins it again', async t => {
  const {done} = await setUp(['initialized', 'initialized', 'removed'], [0, 1], known());

  t.deepEqual(done, [...updated, 'grew to 3']);
});

test('setup closes every connection that it opens', async t => {
  t.is((await setUp(['initialized', 'new', 'silent'], [0], known())).open, 0);
});

test('setup does not give the service its rights back while a restore runs', async t => {
  const {users} = await setUp(['initialized', 'initialized', 'initialized'], [0, 1, 2], {
    ...known(),
    users: {roles: []},
  });

  t.deepEqual(users['users']?.roles, []);
  t.is(users['users']?.pwd, 'newpassword');
});
