import test from 'ava';
import {conditionalMethods, tryPreconditions, verdictsOf} from '#platform/test/preconditions.ts';
import {routes} from '../routes.ts';
import {ann, startUsers} from './fixtures.ts';

let made = 0;
const someone = () => {
  made += 1;
  return {username: `someone-${made}`, email: `someone-${made}@example.com`, password: 'correct horse'};
};

for (const method of conditionalMethods(routes)) {
  test.serial(`${method} of a user judges If-Match and If-None-Match`, async t => {
    const users = await startUsers(t);
    const create = async () => {
      const {headers} = await users.post('api/users', {json: someone()});
      return String(headers.location).slice(1);
    };

    const given = await tryPreconditions(users, method, create, {password: 'battery staple'});

    t.deepEqual(given, verdictsOf(method));
  });
}

test.serial('preconditions of a user that does not exist do not matter', async t => {
  const users = await startUsers(t);
  const headers = {'if-match': '"1"', 'if-none-match': '*'};

  for (const method of conditionalMethods(routes)) {
    const json = method === 'patch' ? {json: {username: 'anna'}} : {};
    const response = await users('api/users/6656e1f0a1b2c3d4e5f60718', {
      method,
      headers,
      ...json,
      responseType: 'text',
    });
    t.is(response.statusCode, 404);
  }
});

test.serial('of 20 removals and a change with the same If-Match at once, one is done', async t => {
  const users = await startUsers(t);
  const {body} = await users.post<{id: string}>('api/users', {json: ann});
  const options = {headers: {'if-match': '"1"'}, responseType: 'text'} as const;
  const remove = () => users.delete(`api/users/${body.id}`, options);
  const change = () => users.patch(`api/users/${body.id}`, {json: {username: 'anna'}, ...options});

  const calls = Array.from({length: 21}, (_, index) => (index === 10 ? change() : remove()));
  const statuses = (await Promise.all(calls)).map(({statusCode}) => statusCode);

  t.is(statuses.filter(status => status < 300).length, 1);
  t.true(statuses.every(status => [200, 204, 404, 412].includes(status)));
});
