import test from 'ava';
import {conditionalCalls, preconditions} from '#platform/test/preconditions.ts';
import {routes} from '../routes.ts';
import {ann, startUsers} from './fixtures.ts';

for (const {method, status} of conditionalCalls(routes)) {
  for (const [headers, read, write] of preconditions) {
    const verdict = method === 'get' || method === 'head' ? read : write;

    test(`${method} of a user at "1" with ${JSON.stringify(headers)} is ${verdict}`, async t => {
      const users = await startUsers(t);
      const {body: user} = await users.post<{id: string}>('api/users', {json: ann});
      const path = `api/users/${user.id}`;
      const json = method === 'patch' ? {json: {username: 'anna'}} : {};

      const response = await users(path, {method, headers, ...json, responseType: 'text'});

      t.is(response.statusCode, verdict === 'served' ? status : verdict);
      if (verdict === 304) t.deepEqual([response.headers.etag, response.rawBody.length], ['"1"', 0]);
      if (verdict === 412) t.is(response.headers['x-problem-code'], 'changed');
      if (verdict !== 'served') {
        const after = await users.get(path);
        t.deepEqual([after.body, after.headers.etag], [user, '"1"']);
      }
    });
  }
}

test('preconditions of a user that does not exist do not matter', async t => {
  const users = await startUsers(t);

  for (const {method} of conditionalCalls(routes)) {
    const json = method === 'patch' ? {json: {username: 'anna'}} : {};
    const headers = {'if-match': '"1"', 'if-none-match': '*'};
    const response = await users('api/users/6656e1f0a1b2c3d4e5f60718', {
      method,
      headers,
      ...json,
      responseType: 'text',
    });
    t.is(response.statusCode, 404);
  }
});

test('of 20 concurrent removals with the same If-Match and one change, either the change or one removal is done', async t => {
  const users = await startUsers(t);
  const {body} = await users.post<{id: string}>('api/users', {json: ann});
  const options = {headers: {'if-match': '"1"'}, responseType: 'text'} as const;
  const remove = () => users.delete(`api/users/${body.id}`, options);
  const change = () => users.patch(`api/users/${body.id}`, {json: {username: 'anna'}, ...options});

  const responses = await Promise.all([
    ...Array.from({length: 10}, remove),
    change(),
    ...Array.from({length: 10}, remove),
  ]);

  t.is(responses.filter(({statusCode}) => statusCode < 300).length, 1);
  t.true(responses.every(({statusCode}) => [200, 204, 404, 412].includes(statusCode)));
});
