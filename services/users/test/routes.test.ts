import test from 'ava';
import {ann, ben, startUsers} from './fixtures.ts';

type User = {id: string; username: string; email: string; createdAt: string};
type Problem = {code: string; errors?: {path: string}[]};

test('a registered user can be read at its Location', async t => {
  const users = await startUsers(t);

  const created = await users.post<User>('api/users', {json: {...ann, email: ' Ann@Example.COM '}});
  const read = await users.get<User>(String(created.headers.location).slice(1));

  t.is(created.statusCode, 201);
  t.deepEqual(Object.keys(created.body), ['id', 'username', 'email', 'createdAt']);
  t.is(created.body.email, 'ann@example.com');
  t.is(read.statusCode, 200);
  t.is(read.headers.etag, '"1"');
  t.deepEqual(read.body, created.body);
});

for (const [what, change, path] of [
  ['a username of two letters', {username: 'an'}, 'username'],
  ['a username of 33 letters', {username: 'a'.repeat(33)}, 'username'],
  ['a username with a space', {username: 'ann b'}, 'username'],
  ['an e-mail without a host', {email: 'ann'}, 'email'],
  ['an e-mail of 255 characters', {email: `${'a'.repeat(243)}@example.com`}, 'email'],
  ['a password of 7 characters', {password: '1234567'}, 'password'],
  ['a password of 129 characters', {password: 'a'.repeat(129)}, 'password'],
  ['a password of 4 characters that are 8 code units', {password: '👍👍👍👍'}, 'password'],
  ['a number as username', {username: 7}, 'username'],
  ['an operator as e-mail', {email: {$gt: ''}}, 'email'],
  ['an unknown field', {role: 'admin'}, 'role'],
] as const) {
  test(`registering with ${what} is refused, and nothing is stored`, async t => {
    const users = await startUsers(t);

    const response = await users.post<Problem>('api/users', {json: {...ann, ...change}});

    t.is(response.statusCode, 400);
    t.is(response.body.code, 'invalid');
    t.deepEqual(
      response.body.errors?.map(error => error.path),
      [path],
    );
    t.deepEqual((await users.get('api/users')).body, []);
  });
}

test('of 50 concurrent registrations with one e-mail, one succeeds and 49 get email_taken', async t => {
  const users = await startUsers(t);
  const attempts = Array.from({length: 50}, (_, index) => ({...ann, username: `ann-${index}`}));

  const responses = await Promise.all(attempts.map(json => users.post<Problem>('api/users', {json})));

  const outcomes = responses.map(({statusCode, body}) => (statusCode === 201 ? 'made' : body.code));
  t.is(outcomes.filter(outcome => outcome === 'made').length, 1);
  t.is(outcomes.filter(outcome => outcome === 'email_taken').length, 49);
});

test('a username is taken whatever its case', async t => {
  const users = await startUsers(t);
  await users.post('api/users', {json: ann});

  const response = await users.post<Problem>('api/users', {json: {...ben, username: 'ANN'}});

  t.is(response.statusCode, 409);
  t.is(response.body.code, 'username_taken');
});

test('next links lead through the whole list, oldest first', async t => {
  const users = await startUsers(t);
  for (const username of ['one', 'two', 'three']) {
    await users.post('api/users', {json: {username, email: `${username}@example.com`, password: 'correct horse'}});
  }

  const first = await users.get<User[]>('api/users?limit=2');
  const next = /<\/(.*)>; rel="next"/u.exec(String(first.headers.link))?.[1] ?? '';
  const second = await users.get<User[]>(next);

  t.deepEqual(
    [first, second].map(({body}) => body.map(user => user.username)),
    [['one', 'two'], ['three']],
  );
  t.is(second.headers.link, undefined);
});

for (const query of [
  'limit=0',
  'limit=201',
  'limit=abc',
  'limit=1&limit=2',
  'cursor=nonsense',
  'page=2',
  'limit[$gt]=1',
  'cursor[$ne]=',
]) {
  test(`GET /api/users?${query} is refused`, async t => {
    const users = await startUsers(t);

    const response = await users.get<Problem>(`api/users?${query}`);

    t.is(response.statusCode, 400);
    t.is(response.body.code, 'invalid');
  });
}

for (const id of [
  '6656e1f0a1b2c3d4e5f6071',
  '6656e1f0a1b2c3d4e5f60718',
  '6656e1f0a1b2c3d4e5f607189',
  'zzzzzzzzzzzzzzzzzzzzzzzz',
  '%00',
  '{"$gt":""}',
  'constructor',
]) {
  test(`no user has the id ${id}`, async t => {
    const users = await startUsers(t);
    const path = `api/users/${id.startsWith('%') ? id : encodeURIComponent(id)}`;

    const responses = await Promise.all([
      users.get<Problem>(path),
      users.patch<Problem>(path, {json: {username: 'anna'}}),
      users.delete<Problem>(path),
    ]);
    const head = await users.head(path, {responseType: 'text'});

    t.deepEqual(
      responses.map(({statusCode, body}) => [statusCode, body.code]),
      responses.map(() => [404, 'user_not_found']),
    );
    t.is(head.statusCode, 404);
    t.is(head.headers['x-problem-code'], 'user_not_found');
    t.is(head.body, '');
  });
}

test('HEAD of an existing user answers 200 without a body', async t => {
  const users = await startUsers(t);
  const {body} = await users.post<User>('api/users', {json: ann});

  const head = await users.head(`api/users/${body.id}`, {responseType: 'text'});

  t.is(head.statusCode, 200);
  t.is(head.headers.etag, '"1"');
  t.is(head.body, '');
});

test('a change with If-Match needs the current version', async t => {
  const users = await startUsers(t);
  const {
    body: {id},
  } = await users.post<User>('api/users', {json: ann});
  const change = (username: string, headers = {}) =>
    users.patch<User & Problem>(`api/users/${id}`, {json: {username}, headers});

  const current = await change('anna', {'if-match': '"1"'});
  const stale = await change('annie', {'if-match': '"1"'});
  const any = await change('anne', {'if-match': '*'});

  t.deepEqual([current.statusCode, current.body.username, current.headers.etag], [200, 'anna', '"2"']);
  t.deepEqual([stale.statusCode, stale.body.code], [412, 'changed']);
  t.deepEqual([any.statusCode, any.body.username, any.headers.etag], [200, 'anne', '"3"']);
});

test('an empty change is refused', async t => {
  const users = await startUsers(t);
  const {
    body: {id},
  } = await users.post<User>('api/users', {json: ann});

  t.is((await users.patch(`api/users/${id}`, {json: {}})).statusCode, 400);
});

test('a change to a taken e-mail or username says which of them is taken', async t => {
  const users = await startUsers(t);
  await users.post('api/users', {json: ann});
  const {
    body: {id},
  } = await users.post<User>('api/users', {json: ben});
  const codeOf = async (json: object) => (await users.patch<Problem>(`api/users/${id}`, {json})).body.code;

  t.is(await codeOf({email: ann.email}), 'email_taken');
  t.is(await codeOf({username: 'Ann'}), 'username_taken');
});

test('a removed user is not found', async t => {
  const users = await startUsers(t);
  const {
    body: {id},
  } = await users.post<User>('api/users', {json: ann});

  const removed = await users.delete(`api/users/${id}`, {responseType: 'text'});

  t.is(removed.statusCode, 204);
  t.is((await users.get(`api/users/${id}`)).statusCode, 404);
});
