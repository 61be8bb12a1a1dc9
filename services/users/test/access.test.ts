import test from 'ava';
import type {Got, Response} from 'got';
import {noLimits} from '#platform/access.ts';
import {verifyTokens, type Role} from '#platform/auth.ts';
import {newId} from '#platform/ids.ts';
import {createRateLimit} from '#platform/rate-limit.ts';
import {testParts} from '#platform/test/start-app.ts';
import {bearer, imposters, keysOf, names, tokenFor} from '#platform/test/tokens.ts';
import {routes} from '../routes.ts';
import {signer, startUsers} from './fixtures.ts';

type Headers = {authorization: string};
type Registered = {id: string; email: string; password: string};
type Call = (api: Got, headers: Headers, user: Registered) => Promise<Response>;

/** The answer to each caller: a status, or the code of a problem. */
type Answers = {owner: number | string; another: number | string; admin: number | string};
type Row = [route: string, what: string, call: Call, answers: Answers];

const parts = () => ({...testParts(), authenticate: verifyTokens(names, keysOf(signer))});

let made = 0;
const someone = () => {
  made += 1;
  return {username: `someone-${made}`, email: `someone-${made}@example.com`, password: 'correct horse'};
};

async function register(api: Got): Promise<Registered> {
  const json = someone();
  const {body} = await api.post<{id: string}>('api/users', {json});
  return {...json, id: body.id};
}

const own = {owner: 200, another: 'user_not_found', admin: 200};

// Users may use their own account; to them, others look absent. An admin may use all.
const guarded: Row[] = [
  [
    'listUsers',
    'the list',
    (api, headers) => api.get('api/users', {headers}),
    {owner: 'forbidden', another: 'forbidden', admin: 200},
  ],
  ['getUser', 'the user', (api, headers, {id}) => api.get(`api/users/${id}`, {headers}), own],
  [
    'getUser',
    'HEAD of the user',
    (api, headers, {id}) => api.head(`api/users/${id}`, {headers, responseType: 'text'}),
    own,
  ],
  [
    'getUser',
    'a user that does not exist',
    (api, headers) => api.get(`api/users/${newId()}`, {headers}),
    {owner: 'user_not_found', another: 'user_not_found', admin: 'user_not_found'},
  ],
  [
    'lookUpUsers',
    'a lookup of the user',
    (api, headers, {id}) => api.post('api/user-lookups', {json: {ids: [id]}, headers}),
    {owner: 200, another: 200, admin: 200},
  ],
  [
    'changeUser',
    'a change of the user',
    (api, headers, {id}) => api.patch(`api/users/${id}`, {json: {username: someone().username}, headers}),
    own,
  ],
  [
    'changeUser',
    'an empty change',
    (api, headers, {id}) => api.patch(`api/users/${id}`, {json: {}, headers}),
    {owner: 'invalid', another: 'user_not_found', admin: 'invalid'},
  ],
  [
    'removeUser',
    'the removal of the user',
    (api, headers, {id}) => api.delete(`api/users/${id}`, {headers, responseType: 'text'}),
    {owner: 204, another: 'user_not_found', admin: 204},
  ],
];

const open: Row[] = [
  [
    'registerUser',
    'a registration',
    (api, headers) => api.post('api/users', {json: someone(), headers}),
    {owner: 201, another: 201, admin: 201},
  ],
  [
    'logIn',
    'a login',
    (api, headers, {email, password}) => api.post('api/sessions', {json: {email, password}, headers}),
    {owner: 201, another: 201, admin: 201},
  ],
  [
    'listKeys',
    'the keys',
    (api, headers) => api.get('.well-known/jwks.json', {headers}),
    {owner: 200, another: 200, admin: 200},
  ],
];

const answerOf = ({statusCode, headers}: Response) => headers['x-problem-code'] ?? statusCode;

for (const [, what, call, answers] of [...guarded, ...open]) {
  test.serial(`access to ${what}: ${JSON.stringify(answers)}`, async t => {
    const users = await startUsers(t, parts());

    const given: Record<string, unknown> = {};
    for (const who of ['owner', 'another', 'admin'] as const) {
      const user = await register(users);
      const token = await tokenFor(signer, who === 'owner' ? user.id : newId(), who === 'admin' ? 'admin' : 'user');
      given[who] = answerOf(await call(users, bearer(token), user));
    }

    t.deepEqual(given, answers);
  });
}

for (const [, what, call] of guarded) {
  test.serial(`${what} is refused without a valid token, and nothing changes`, async t => {
    const users = await startUsers(t, parts());
    const user = await register(users);
    const read = async () =>
      users.get(`api/users/${user.id}`, {headers: bearer(await tokenFor(signer, newId(), 'admin'))});
    const before = await read();

    const given: Record<string, unknown> = {};
    for (const [who, authorizationOf] of imposters) {
      given[who] = answerOf(await call(users, {authorization: await authorizationOf(signer, user.id)}, user));
    }

    const after = await read();
    t.deepEqual(given, Object.fromEntries(imposters.map(([who]) => [who, 'unauthorized'])));
    t.deepEqual([after.body, after.headers.etag], [before.body, before.headers.etag]);
  });
}

for (const [, what, call, {another: answer}] of open) {
  test.serial(`${what} needs no token, and ignores an invalid one`, async t => {
    const users = await startUsers(t, parts());
    const user = await register(users);

    const given: Record<string, unknown> = {};
    for (const [who, authorizationOf] of imposters) {
      given[who] = answerOf(await call(users, {authorization: await authorizationOf(signer, user.id)}, user));
    }

    t.deepEqual(given, Object.fromEntries(imposters.map(([who]) => [who, answer])));
  });
}

test.serial('a lookup finds the users that exist, and of those only the ones that the caller may read', async t => {
  const users = await startUsers(t, parts());
  const [ann, ben] = [await register(users), await register(users)];
  const foundBy = async (id: string, role?: 'admin') => {
    const options = {json: {ids: [ann.id, newId(), ben.id]}, headers: bearer(await tokenFor(signer, id, role))};
    return (await users.post<{ids: string[]}>('api/user-lookups', options)).body.ids.toSorted();
  };

  t.deepEqual(await foundBy(ann.id), [ann.id]);
  t.deepEqual(await foundBy(newId()), []);
  t.deepEqual(await foundBy(newId(), 'admin'), [ann.id, ben.id].toSorted());
});

test('every route is in these tables', t => {
  const listed = new Set([...guarded, ...open].map(([route]) => route));

  t.deepEqual([...listed].toSorted(), routes.map(({id}) => id).toSorted());
});

test.serial('every user and admin has a rate limit per minute over all calls with a token', async t => {
  const limits = {...noLimits, principal: createRateLimit(4)};
  const users = await startUsers(t, {...parts(), limits});
  const statusesOf = async (id: string, role: Role) => {
    const headers = bearer(await tokenFor(signer, id, role));
    const path = `api/users/${id}`;
    return [
      (await users.get('api/users', {headers})).statusCode,
      (await users.head(path, {headers, responseType: 'text'})).statusCode,
      (await users.get(`api/users/${newId()}`, {headers})).statusCode,
      (await users.patch(path, {json: {username: someone().username}, headers})).statusCode,
      (await users.delete(path, {headers, responseType: 'text'})).statusCode,
    ];
  };
  const [{id}, admin] = [await register(users), await register(users)];

  t.deepEqual(await statusesOf(id, 'user'), [403, 200, 404, 200, 429]);
  t.deepEqual(await statusesOf(admin.id, 'admin'), [200, 200, 404, 200, 429]);
});

test.serial('the documentation needs no token', async t => {
  const users = await startUsers(t, parts());

  t.is((await users.get('openapi.json')).statusCode, 200);
  t.is((await users.get('docs', {responseType: 'text'})).statusCode, 200);
});
