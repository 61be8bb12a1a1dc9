import test, {type ExecutionContext} from 'ava';
import type {Got} from 'got';
import {verifyTokens, type Role} from '#platform/auth.ts';
import {newId} from '#platform/ids.ts';
import {createRateLimit} from '#platform/rate-limit.ts';
import {testParts} from '#platform/test/start-app.ts';
import {bearer, keysOf, names, tokenFor} from '#platform/test/tokens.ts';
import {ann, ben, hashesOf, signer, startUsers} from './fixtures.ts';

// Changes of a user with AUTH=token.

type Body = {id: string; code: string; errors?: {path: string}[]};

const parts = () => ({...testParts(), authenticate: verifyTokens(names, keysOf(signer))});
const as = async (id: string, role: Role = 'user') => bearer(await tokenFor(signer, id, role));

async function register(users: Got, json = ann): Promise<string> {
  const {body} = await users.post<Body>('api/users', {json});
  return body.id;
}

const logIn = async (users: Got, {email, password}: {email: string; password: string}): Promise<number> =>
  (await users.post('api/sessions', {json: {email, password}})).statusCode;

const change = async (users: Got, id: string, json: object, headers: {authorization: string}) => {
  const {statusCode, body} = await users.patch<Body>(`api/users/${id}`, {json, headers});
  return {status: statusCode, code: body.code, at: body.errors?.map(({path}) => path)};
};

/** Registers ann, and changes her with her own token. */
async function changeOwn(t: ExecutionContext, json: object) {
  const users = await startUsers(t, parts());
  const id = await register(users);
  return {users, outcome: await change(users, id, json, await as(id))};
}

const [email, password, currentPassword] = ['anna@example.com', 'battery staple', ann.password];
const done = {status: 200, code: undefined, at: undefined};
const wrong = {status: 403, code: 'wrong_password', at: undefined};
const missing = {status: 400, code: 'invalid', at: ['currentPassword']};

for (const [what, json, expected] of [
  ['a new password without the current one', {password}, missing],
  ['a new e-mail without the current password', {email}, missing],
  ['the e-mail that it has, without the current password', {email: ann.email}, missing],
  ['a new password with a wrong current one', {password, currentPassword: password}, wrong],
  ['a new e-mail with a wrong current password', {email, currentPassword: 'wrong'}, wrong],
  [
    'a new username and a new e-mail with an empty current password',
    {username: 'anna', email, currentPassword: ''},
    wrong,
  ],
  ['a current password of 1,025 characters', {password, currentPassword: 'a'.repeat(1_025)}, missing],
  ['an operator as current password', {password, currentPassword: {$ne: ''}}, missing],
  ['nothing but the current password', {currentPassword}, {...missing, at: ['']}],
] as const) {
  test.serial(`a user who sends ${what} changes nothing`, async t => {
    const {users, outcome} = await changeOwn(t, json);

    t.deepEqual(outcome, expected);
    t.is(await logIn(users, ann), 201);
  });
}

for (const [what, json, login] of [
  ['a new password', {password}, {email: ann.email, password}],
  ['a new e-mail', {email}, {email, password: ann.password}],
  ['both', {email, password}, {email, password}],
] as const) {
  test.serial(
    `a user who sends ${what} with the current password can log in with the new credentials only`,
    async t => {
      const {users, outcome} = await changeOwn(t, {...json, currentPassword});

      t.deepEqual(outcome, done);
      t.is(await logIn(users, login), 201);
      t.is(await logIn(users, ann), 401);
    },
  );
}

test.serial('a new username needs no current password', async t => {
  const {outcome} = await changeOwn(t, {username: 'anna'});

  t.deepEqual(outcome, done);
});

test.serial('the current password may come in another Unicode form', async t => {
  const users = await startUsers(t, parts());
  const id = await register(users, {...ann, password: 'caf\u00e9 noir'});

  t.deepEqual(await change(users, id, {password, currentPassword: 'cafe\u0301 noir'}, await as(id)), done);
});

test.serial('an admin changes the credentials of others without their password, and its own with it', async t => {
  const users = await startUsers(t, parts());
  const [id, own] = [await register(users), await register(users, ben)];
  const admin = await as(own, 'admin');

  t.deepEqual(await change(users, id, {email, password}, admin), done);
  t.is(await logIn(users, {email, password}), 201);
  t.deepEqual(await change(users, own, {password}, admin), missing);
  t.deepEqual(await change(users, own, {password, currentPassword}, admin), wrong);
  t.deepEqual(await change(users, own, {password: 'a new password', currentPassword: ben.password}, admin), done);
});

test.serial(
  'a wrong current password costs a hash and counts as an attempt; beyond the limit it costs none',
  async t => {
    const limited = parts();
    const users = await startUsers(t, limited, {limitAccount: createRateLimit(2)});
    const id = await register(users);
    const guess = async (currentPassword: string) =>
      (await change(users, id, {password, currentPassword}, await as(id))).status;

    const before = await hashesOf(limited);
    const statuses = [await guess('one'), await guess('two'), await guess(ann.password)];

    t.deepEqual(statuses, [403, 403, 429]);
    t.is((await hashesOf(limited)) - before, 2);
  },
);

test.serial('changes are limited per caller: a user at its limit does not use up that of an admin', async t => {
  const users = await startUsers(t, parts(), {limitAccount: createRateLimit(2)});
  const [id, other] = [await register(users), await register(users, ben)];
  const [own, admin] = [await as(id), await as(newId(), 'admin')];
  const rename = async (id: string, username: string, headers: {authorization: string}) =>
    (await change(users, id, {username}, headers)).status;

  t.deepEqual(
    [await rename(id, 'one', own), await rename(id, 'two', own), await rename(id, 'three', own)],
    [200, 200, 429],
  );
  t.is(await rename(id, 'four', admin), 200);
  t.is(await rename(other, 'five', await as(other)), 200);
});

test.serial('a removed user whose token has not expired cannot change anything', async t => {
  const users = await startUsers(t, parts());
  const id = newId();

  t.like(await change(users, id, {password, currentPassword}, await as(id)), {status: 404, code: 'user_not_found'});
});
