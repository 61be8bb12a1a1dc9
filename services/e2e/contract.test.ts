import test from 'ava';
import {createFindUser} from '../orders/users-client.ts';
import {ann, startUsers} from '../users/test/fixtures.ts';
import {newId} from '#platform/ids.ts';

const timeouts = {USERS_CONNECT_MS: 200, USERS_ATTEMPT_MS: 500, USERS_CHECK_MS: 1_200};

test("orders' client finds a user of the real users, and knows who is not there", async t => {
  const users = await startUsers(t);
  const findUser = createFindUser({...timeouts, USERS_URL: String(users.defaults.options.prefixUrl)});
  const {body} = await users.post<{id: string}>('api/users', {json: ann});

  t.deepEqual(await findUser(body.id), {id: body.id});
  t.is(await findUser(newId()), undefined);

  await users.delete(`api/users/${body.id}`, {responseType: 'text'});
  t.is(await findUser(body.id), undefined);
});

test('a wrong base path is not "user not found"', async t => {
  const users = await startUsers(t);
  const findUser = createFindUser({...timeouts, USERS_URL: `${String(users.defaults.options.prefixUrl)}wrong`});

  await t.throwsAsync(findUser(newId()), {message: 'Users unavailable'});
});
