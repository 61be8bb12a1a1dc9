import test from 'ava';
import {findUserAt} from '../orders/test/users-server.ts';
import {ann, startUsers} from '../users/test/fixtures.ts';
import {newId} from '#platform/ids.ts';

test("orders' client finds a user of the real users, and knows who is not there", async t => {
  const users = await startUsers(t);
  const findUser = findUserAt(String(users.defaults.options.prefixUrl), {USERS_CACHE_FRESH_MS: 0});
  const {body} = await users.post<{id: string}>('api/users', {json: ann});

  t.deepEqual(await findUser(body.id), {id: body.id});
  t.is(await findUser(newId()), undefined);

  await users.delete(`api/users/${body.id}`, {responseType: 'text'});
  t.is(await findUser(body.id), undefined);
});

test('a wrong base path is not "user not found"', async t => {
  const users = await startUsers(t);
  const findUser = findUserAt(`${String(users.defaults.options.prefixUrl)}wrong`);

  await t.throwsAsync(findUser(newId()), {message: 'Users unavailable'});
});
