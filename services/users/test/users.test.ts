import test from 'ava';
import {everybody} from '#platform/auth.ts';
import {AppError} from '#platform/errors.ts';
import {
  changeUser,
  findUser,
  listUsers,
  makeAdmin,
  register,
  removeUser,
  type Account,
  type Deps,
  type User,
  type UserStore,
} from '../users.ts';
import {ann} from './fixtures.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
const stored: User = {
  id: '6656e1f0a1b2c3d4e5f60718',
  username: 'ann',
  email: 'ann@example.com',
  createdAt: now.toISOString(),
  version: 1,
};

const emptyStore: UserStore = {
  insert: () => Promise.resolve('inserted'),
  list: () => Promise.resolve([]),
  find: () => Promise.resolve(undefined),
  findExisting: () => Promise.resolve([]),
  findLatest: () => Promise.resolve(undefined),
  update: () => Promise.resolve(undefined),
  remove: () => Promise.resolve('absent'),
  findAccount: () => Promise.resolve(undefined),
  findAccountById: () => Promise.resolve(undefined),
  hasAdmin: () => Promise.resolve(false),
  replaceHash: () => Promise.resolve(),
};

const depsWith = (store: Partial<UserStore>): Deps => ({
  store: {...emptyStore, ...store},
  observe: () => undefined,
  limitAccount: () => undefined,
  passwords: {
    hash: password => Promise.resolve(`hash of ${password}`),
    verify: (password, hash) => Promise.resolve(hash === `hash of ${password}`),
    isOutdated: () => false,
  },
});

const codeOf = (error: AppError | undefined) => error?.kind.code;

test('registering stores the hash of the password and never the password', async t => {
  let inserted: unknown;
  const deps = depsWith({insert: user => ((inserted = user), Promise.resolve('inserted'))});

  const user = await register(deps, ann, now);

  const {password, ...rest} = ann;
  t.deepEqual(inserted, {...user, passwordHash: `hash of ${password}`, role: 'user'});
  t.like(user, {...rest, createdAt: now.toISOString(), version: 1});
  t.notRegex(JSON.stringify(user), /hash|horse/u);
});

for (const outcome of ['email_taken', 'username_taken'] as const) {
  test(`a registration fails with ${outcome} if the store says so`, async t => {
    const deps = depsWith({insert: () => Promise.resolve(outcome)});

    t.is(codeOf(await t.throwsAsync(register(deps, ann), {instanceOf: AppError})), outcome);
  });

  test(`a change fails with ${outcome} if the store says so`, async t => {
    const deps = depsWith({update: () => Promise.resolve(outcome)});

    t.is(codeOf(await t.throwsAsync(changeUser(deps, everybody, stored.id, {}), {instanceOf: AppError})), outcome);
  });
}

test('a list reads one more than its limit, to know whether there is a next page', async t => {
  const found = [stored, {...stored, id: '6656e1f0a1b2c3d4e5f60719'}];
  const deps = depsWith({list: ({limit}) => Promise.resolve(found.slice(0, limit))});

  const page = await listUsers(deps, {limit: 1, after: undefined});

  t.deepEqual(page, {items: [stored], next: {id: stored.id, createdAt: now}});
});

test('reading or removing an unknown user fails with user_not_found', async t => {
  const deps = depsWith({});

  t.is(codeOf(await t.throwsAsync(findUser(deps, stored.id), {instanceOf: AppError})), 'user_not_found');
  t.is(codeOf(await t.throwsAsync(removeUser(deps, stored.id), {instanceOf: AppError})), 'user_not_found');
});

test('a change that matches nothing fails with user_not_found, or with changed if the user exists', async t => {
  const gone = depsWith({});
  const stale = depsWith({findLatest: () => Promise.resolve(stored)});

  t.is(
    codeOf(await t.throwsAsync(changeUser(gone, everybody, stored.id, {}, [1]), {instanceOf: AppError})),
    'user_not_found',
  );
  t.is(
    codeOf(await t.throwsAsync(changeUser(stale, everybody, stored.id, {}, [2]), {instanceOf: AppError})),
    'changed',
  );
});

test('a new password is stored as its hash', async t => {
  let changes: unknown;
  const deps = depsWith({update: (_id, given) => ((changes = given), Promise.resolve(stored))});

  await changeUser(deps, everybody, stored.id, {
    username: 'anna',
    password: 'battery staple',
    currentPassword: 'ignored with AUTH=open',
  });

  t.deepEqual(changes, {username: 'anna', passwordHash: 'hash of battery staple'});
});

const root = {email: 'root@example.com', password: 'battery staple'};
const anAccount: Account = {id: stored.id, role: 'user', passwordHash: 'any'};

test('the first admin is created while no account has the role', async t => {
  const inserted: unknown[] = [];
  const deps = depsWith({insert: user => (inserted.push(user), Promise.resolve('inserted'))});

  t.is(await makeAdmin(deps, root, now), 'made');

  t.is(inserted.length, 1);
  t.like(inserted[0], {email: root.email, role: 'admin', passwordHash: `hash of ${root.password}`, version: 1});
  t.regex((inserted[0] as User).username, /^admin-[0-9a-f]{24}$/u);
});

for (const [what, store, outcome] of [
  [
    'while there is an admin, whatever its e-mail, no other is created',
    {hasAdmin: () => Promise.resolve(true)},
    'there',
  ],
  ['an existing user is not promoted to admin', {findAccount: () => Promise.resolve(anAccount)}, 'taken'],
  ['the admin may have been created by another pod', {insert: () => Promise.resolve('email_taken')}, 'there'],
] as [string, Partial<UserStore>, 'there' | 'taken'][]) {
  test(what, async t => {
    const deps = depsWith({insert: () => Promise.reject(new Error('must not be made')), ...store});

    t.is(await makeAdmin(deps, root), outcome);
  });
}
