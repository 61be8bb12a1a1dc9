import test from 'ava';
import {findUserAt} from '../../../services/orders/test/users-server.ts';
import {ann, signer, startUsers} from '../../../services/users/test/fixtures.ts';
import {verifyTokens} from '#platform/auth.ts';
import {newId} from '#platform/ids.ts';
import {testParts} from '#platform/test/start-app.ts';
import {keysOf, names, tokenFor} from '#platform/test/tokens.ts';

test('the client of orders finds a user in the real users service, and recognizes a missing one', async t => {
  const users = await startUsers(t);
  const findUser = findUserAt(String(users.defaults.options.prefixUrl), {USERS_CACHE_FRESH_MS: 0});
  const {body} = await users.post<{id: string}>('api/users', {json: ann});

  t.deepEqual(await findUser(body.id), {id: body.id});
  t.is(await findUser(newId()), undefined);

  await users.delete(`api/users/${body.id}`, {responseType: 'text'});
  t.is(await findUser(body.id), undefined);
});

test('in token mode, the client of orders finds the user of the token, and fails without a valid token', async t => {
  const authenticate = verifyTokens(names, keysOf(signer));
  const users = await startUsers(t, {...testParts(), authenticate});
  const findUser = findUserAt(String(users.defaults.options.prefixUrl));
  const {body} = await users.post<{id: string}>('api/users', {json: ann});
  const token = await tokenFor(signer, body.id);

  t.deepEqual(await findUser(body.id, token), {id: body.id});
  t.is(await findUser(newId(), token), undefined);
  t.deepEqual(await findUser(body.id, await tokenFor(signer, newId(), 'admin')), {id: body.id});
  await t.throwsAsync(findUser(body.id), {message: 'Unauthorized'});
  await t.throwsAsync(findUser(body.id, await tokenFor(signer, body.id, 'user', -100)), {message: 'Unauthorized'});
});

test('a wrong base path is not "user not found"', async t => {
  const users = await startUsers(t);
  const findUser = findUserAt(`${String(users.defaults.options.prefixUrl)}wrong`);

  await t.throwsAsync(findUser(newId()), {message: 'Users unavailable'});
});
