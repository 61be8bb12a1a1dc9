import test from 'ava';
import type {Connection} from 'mongoose';
import {newId} from '#platform/ids.ts';
import {openTestStore} from '#platform/test/open-test-store.ts';
import {createStore} from '../store.ts';

const userAt = (time: number, name: string) => ({
  id: newId(),
  username: name,
  email: `${name.toLowerCase()}@example.com`,
  passwordHash: '$argon2id$…',
  role: 'user' as const,
  createdAt: new Date(time).toISOString(),
  version: 1,
});

test('a user is read as it was stored, without its hash and its role', async t => {
  const store = await openTestStore(t, createStore);
  const {passwordHash, role, ...ann} = userAt(1, 'ann');

  t.is(await store.insert({...ann, passwordHash, role}), 'inserted');

  t.deepEqual(await store.find(ann.id), ann);
  t.deepEqual(await store.findLatest(ann.id), ann);
  t.is(await store.find(newId()), undefined);
});

test('e-mails are unique, and usernames are unique whatever their case', async t => {
  const store = await openTestStore(t, createStore);
  await store.insert(userAt(1, 'ann'));

  t.is(await store.insert({...userAt(2, 'other'), email: 'ann@example.com'}), 'email_taken');
  t.is(await store.insert({...userAt(3, 'ANN'), email: 'other@example.com'}), 'username_taken');
});

test('the list is oldest first, and continues after a position even if times are equal', async t => {
  const store = await openTestStore(t, createStore);
  const [old, ...same] = [userAt(1, 'old'), userAt(2, 'b'), userAt(2, 'c')];
  const twins = same.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  for (const user of [...twins.toReversed(), old]) if (user) await store.insert(user);
  const names = async (after?: {createdAt: Date; id: string}) =>
    (await store.list({limit: 10, after})).map(user => user.username);

  const all = [old, ...twins].map(user => user?.username);
  t.deepEqual(await names(), all);
  t.deepEqual(await names({createdAt: new Date(2), id: twins[0]?.id ?? ''}), all.slice(2));
});

test('a change increments the version, and needs one of the versions that it names', async t => {
  const store = await openTestStore(t, createStore);
  const ann = userAt(1, 'ann');
  await store.insert(ann);

  t.like(await store.update(ann.id, {username: 'anna'}, [1]), {username: 'anna', version: 2});
  t.is(await store.update(ann.id, {username: 'annie'}, [1]), undefined);
  t.is(await store.update(ann.id, {username: 'annie'}, []), undefined);
  t.like(await store.update(ann.id, {username: 'annie'}), {username: 'annie', version: 3});
});

test('a change to a taken e-mail or username says which of them is taken', async t => {
  const store = await openTestStore(t, createStore);
  const ben = userAt(2, 'ben');
  await store.insert(userAt(1, 'ann'));
  await store.insert(ben);

  t.is(await store.update(ben.id, {email: 'ann@example.com'}), 'email_taken');
  t.is(await store.update(ben.id, {username: 'Ann'}), 'username_taken');
});

test('an account is found by its e-mail and by its id, with its hash and its role', async t => {
  const store = await openTestStore(t, createStore);
  const [ann, root] = [userAt(1, 'ann'), {...userAt(2, 'root'), role: 'admin' as const}];
  await store.insert(ann);
  await store.insert(root);

  t.deepEqual(await store.findAccount(ann.email), {id: ann.id, role: 'user', passwordHash: ann.passwordHash});
  t.deepEqual(await store.findAccount(root.email), {id: root.id, role: 'admin', passwordHash: root.passwordHash});
  t.deepEqual(await store.findAccountById(root.id), await store.findAccount(root.email));
  t.is(await store.findAccount('nobody@example.com'), undefined);
  t.is(await store.findAccountById(newId()), undefined);
});

test('there is an admin as soon as one is stored, whatever its e-mail becomes, and until it is removed', async t => {
  const store = await openTestStore(t, createStore);
  const root = {...userAt(2, 'root'), role: 'admin' as const};
  await store.insert(userAt(1, 'ann'));

  const before = await store.hasAdmin();
  await store.insert(root);
  await store.update(root.id, {email: 'another@example.com'});
  const during = await store.hasAdmin();
  await store.remove(root.id);

  t.deepEqual([before, during, await store.hasAdmin()], [false, true, false]);
});

test('a user stored before roles existed has the role user', async t => {
  let connection: Connection | undefined;
  const store = await openTestStore(t, async (opened, writes) => createStore((connection = opened), writes));
  const {role: _, id, createdAt, ...ann} = userAt(1, 'ann');
  await connection?.collection('users').insertOne({...ann, createdAt: new Date(createdAt)});

  t.like(await store.findAccount(ann.email), {role: 'user'});
});

test('replacing a hash of the same password does not change the version', async t => {
  const store = await openTestStore(t, createStore);
  const ann = userAt(1, 'ann');
  await store.insert(ann);

  await store.replaceHash(ann.id, ann.passwordHash, 'better');

  t.like(await store.findAccount(ann.email), {passwordHash: 'better'});
  t.like(await store.find(ann.id), {version: 1});
});

test('a new hash of the old password does not overwrite a new password', async t => {
  const store = await openTestStore(t, createStore);
  const ann = userAt(1, 'ann');
  await store.insert(ann);
  await store.update(ann.id, {passwordHash: 'of the new password'});

  await store.replaceHash(ann.id, ann.passwordHash, 'better, of the old password');

  t.like(await store.findAccount(ann.email), {passwordHash: 'of the new password'});
});

test('a removed user is gone, and can be removed once', async t => {
  const store = await openTestStore(t, createStore);
  const ann = userAt(1, 'ann');
  await store.insert(ann);

  t.is(await store.remove(ann.id), 'removed');
  t.is(await store.remove(ann.id), 'absent');
  t.is(await store.find(ann.id), undefined);
});

test("a refused change does not leave its password hash in MongoDB's log", async t => {
  const store = await openTestStore(t, async (connection, writes) => ({
    ...(await createStore(connection, writes)),
    log: async () => JSON.stringify(await connection.db?.admin().command({getLog: 'global'})),
  }));
  const ben = userAt(2, 'ben');
  await store.insert(userAt(1, 'ann'));
  await store.insert(ben);

  await store.update(ben.id, {email: 'ann@example.com', passwordHash: `canary-${ben.id}`});

  const log = await store.log();
  t.true(log.includes('msg'));
  t.false(log.includes(`canary-${ben.id}`));
});
