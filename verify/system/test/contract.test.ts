import test from 'ava';
import {findUserAt} from '../../../services/orders/test/users-server.ts';
import {ann, signer, startUsers} from '../../../services/users/test/fixtures.ts';
import {verifyTokens} from '#platform/auth.ts';
import {newId} from '#platform/ids.ts';
import {testParts} from '#platform/test/start-app.ts';
import {keysOf, names, tokenFor} from '#platform/test/tokens.ts';

test("orders' client finds a user of the real users, and knows who is not there", async t => {
  const users = await startUsers(t);
  const findUser = findUserAt(String(users.defaults.options.prefixUrl), {USERS_CACHE_FRESH_MS: 0});
  const {body} = await users.post<{id: string}>('api/users', {json: ann});

  t.deepEqual(await findUser(body.id), {id: body.id});
  t.is(await findUser(newId()), undefined);

  await users.delete(`api/users/${body.id}`, {responseType: 'text'});
  t.is(await findUser(body.id), undefined);
});

test("in token mode orders' client finds who the token names, and is told when it is not believed", async t => {
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
