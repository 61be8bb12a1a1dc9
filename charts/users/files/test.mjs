import assert from 'node:assert/strict';
import {setTimeout as wait} from 'node:timers/promises';

const {USERS_URL, AUTH} = process.env;
const url = `${USERS_URL}/api/users`;
const headers = {'content-type': 'application/json'};
const call = (target, method, body) =>
  fetch(target, {
    method,
    headers,
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });

// NetworkPolicies admit a new pod only after a moment.
for (let tries = 0; ; tries++) {
  const reached = await call(url, 'HEAD').catch(error => (tries < 60 ? undefined : Promise.reject(error)));
  if (reached) break;
  await wait(500);
}

const name = `test-${Date.now()}`;
const credentials = {email: `${name}@example.com`, password: crypto.randomUUID()};
const created = await call(url, 'POST', {username: name, ...credentials});
assert.equal(created.status, 201, 'a user is registered');
const {id} = await created.json();

if (AUTH === 'token') {
  assert.equal((await call(`${url}/${id}`, 'GET')).status, 401, 'nobody reads the user without a token');
  const session = await call(`${USERS_URL}/api/sessions`, 'POST', credentials);
  assert.equal(session.status, 201, 'the user logs in');
  headers.authorization = `Bearer ${(await session.json()).accessToken}`;
}

assert.equal((await call(`${url}/${id}`, 'GET')).status, 200, 'the user is read');
assert.equal((await call(`${url}/${id}`, 'PATCH', {username: `${name}-2`})).status, 200, 'the user is changed');
assert.equal((await call(`${url}/${id}`, 'DELETE')).status, 204, 'the user is removed');
assert.equal((await call(`${url}/${id}`, 'HEAD')).headers.get('x-problem-code'), 'user_not_found', 'the user is gone');
console.log('users: registered, read, changed and removed a user');
