import test from 'ava';
import {createLocalJWKSet, decodeJwt, decodeProtectedHeader} from 'jose';
import {noLimits} from '#platform/access.ts';
import {verifyTokens} from '#platform/auth.ts';
import {AppError} from '#platform/errors.ts';
import {newId} from '#platform/ids.ts';
import {createRateLimit} from '#platform/rate-limit.ts';
import {testParts} from '#platform/test/start-app.ts';
import {createSigner, keysOf, names, tokenFor} from '#platform/test/tokens.ts';
import {Login} from '../contract.ts';
import {logIn} from '../sessions.ts';
import {createIssuer} from '../tokens.ts';
import type {Deps, UserStore} from '../users.ts';
import {ann, ben, hashesOf, issuer, signer, startUsers} from './fixtures.ts';

type Session = {accessToken: string; tokenType: string; expiresIn: number};
type Problem = {code: string; traceId: string};

const {email, password} = ann;

test.serial('a login gives a token that names its user, is valid for 15 minutes and is accepted', async t => {
  const users = await startUsers(t);
  const registered = await users.post<{id: string}>('api/users', {json: ann});

  const {statusCode, body} = await users.post<Session>('api/sessions', {json: {email: ' Ann@Example.com ', password}});

  t.is(statusCode, 201);
  t.like(body, {tokenType: 'Bearer', expiresIn: 900});
  t.deepEqual(Object.keys(body), ['accessToken', 'tokenType', 'expiresIn']);
  const {iat = 0, exp, jti, ...claims} = decodeJwt(body.accessToken);
  const {issuer: iss, audience: aud} = names;
  t.deepEqual(claims, {sub: registered.body.id, role: 'user', iss, aud, client_id: iss});
  t.regex(jti ?? '', /^[0-9a-f-]{36}$/u);
  t.is(exp, iat + 900);
  t.deepEqual(decodeProtectedHeader(body.accessToken), {alg: 'EdDSA', typ: 'at+jwt', kid: signer.kid});
  t.like(await verifyTokens(names, keysOf(signer))(`Bearer ${body.accessToken}`), {
    id: registered.body.id,
    role: 'user',
  });
});

test('a token has all claims that RFC 9068 requires, and an id of its own', async t => {
  const user = {id: newId(), role: 'user'} as const;

  const tokens = await Promise.all([issuer.issue(user), issuer.issue(user)]);

  const [first, second] = tokens.map(({accessToken}) => decodeJwt(accessToken));
  for (const claim of ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']) t.truthy(first?.[claim], claim);
  t.not(first?.jti, second?.jti);
  t.is(decodeProtectedHeader(tokens[0].accessToken).typ, 'at+jwt');
});

test('an e-mail that cannot be registered any more can still log in', t => {
  t.true(Login.safeParse({email: `${'a'.repeat(71)}@example.com`, password}).success);
});

test.serial('a password in another Unicode form is the same password', async t => {
  const users = await startUsers(t);
  await users.post('api/users', {json: {...ann, password: 'caf\u00e9 noir'}});

  const response = await users.post('api/sessions', {json: {email, password: 'cafe\u0301 noir'}});

  t.is(response.statusCode, 201);
});

test.serial('a wrong password and an unknown e-mail get the same answer, and cost one hash each', async t => {
  const parts = testParts();
  const users = await startUsers(t, parts);
  await users.post('api/users', {json: ann});

  const before = await hashesOf(parts);
  const wrong = await users.post<Problem>('api/sessions', {json: {email, password: ben.password}});
  const between = await hashesOf(parts);
  const unknown = await users.post<Problem>('api/sessions', {json: {email: ben.email, password: ben.password}});
  const after = await hashesOf(parts);

  t.deepEqual([before, between, after], [1, 2, 3]);
  t.deepEqual([wrong.statusCode, wrong.body.code], [401, 'bad_credentials']);
  t.is(wrong.headers['www-authenticate'], 'Bearer realm="api"');
  t.deepEqual({...unknown.body, traceId: ''}, {...wrong.body, traceId: ''});
  t.deepEqual(Object.keys(unknown.headers), Object.keys(wrong.headers));
  t.is(unknown.headers['content-length'], wrong.headers['content-length']);
});

for (const [what, json] of [
  ['no password', {email}],
  ['no e-mail', {password}],
  ['an operator as e-mail', {email: {$gt: ''}, password}],
  ['an operator as password', {email, password: {$ne: ''}}],
  ['a role', {email, password, role: 'admin'}],
  ['a password of 1,025 characters', {email, password: 'a'.repeat(1_025)}],
] as const) {
  test.serial(`a login with ${what} is refused`, async t => {
    const users = await startUsers(t);

    const response = await users.post<Problem>('api/sessions', {json});

    t.deepEqual([response.statusCode, response.body.code], [400, 'invalid']);
  });
}

test.serial('no request can make a user an admin', async t => {
  const users = await startUsers(t);
  const credentials = {email, password};

  const registered = await users.post('api/users', {json: {...ann, role: 'admin'}});
  const refused = await users.post('api/sessions', {json: credentials});
  const {body: user} = await users.post<{id: string}>('api/users', {json: ann});
  const changed = await users.patch(`api/users/${user.id}`, {json: {username: 'anna', role: 'admin'}});
  const {body} = await users.post<Session>('api/sessions', {json: credentials});

  t.deepEqual([registered.statusCode, refused.statusCode, changed.statusCode], [400, 401, 400]);
  t.is(decodeJwt(body.accessToken)['role'], 'user');
});

test.serial('only public keys are published', async t => {
  const users = await startUsers(t);

  const {statusCode, body} = await users.get('.well-known/jwks.json');

  t.is(statusCode, 200);
  t.deepEqual(body, signer.jwks);
  t.notRegex(JSON.stringify(body), /"d"/u);
});

test.serial('a private part that gets into the published keys by mistake is not sent', async t => {
  const careless = {
    ...issuer,
    published: {keys: [{...signer.privateKey.export({format: 'jwk'}), ...issuer.published.keys[0]}]},
  };
  const users = await startUsers(t, testParts(), {signing: [careless as typeof issuer]});

  const {body} = await users.get<{keys: object[]}>('.well-known/jwks.json');

  t.deepEqual(body, signer.jwks);
});

test.serial('during a key rotation, tokens of both keys are accepted', async t => {
  const [next, id] = [await createSigner(), newId()];

  for (const keys of [
    [signer, next],
    [next, signer],
  ]) {
    const both = await createIssuer(
      keys.map(({privateKey}) => privateKey),
      names,
    );
    const authenticate = verifyTokens(names, createLocalJWKSet(both.published));
    const {accessToken} = await both.issue({id, role: 'user'});
    const given = [accessToken, await tokenFor(signer, id), await tokenFor(next, id)];
    const callers = await Promise.all(given.map(token => authenticate(`Bearer ${token}`)));

    t.is(decodeProtectedHeader(accessToken).kid, keys[0]?.kid);
    t.deepEqual(
      callers.map(caller => caller.id),
      [id, id, id],
    );
  }
});

test.serial('without a signing key there is no login and no JWKS', async t => {
  const users = await startUsers(t, testParts(), {signing: []});

  const login = await users.post<Problem>('api/sessions', {json: {email, password}});
  const keys = await users.get<Problem>('.well-known/jwks.json');

  t.deepEqual([login.statusCode, login.body.code], [404, 'not_found']);
  t.deepEqual([keys.statusCode, keys.body.code], [404, 'not_found']);
});

/** Logs in with stubs: returns the outcome, and the calls and events that it caused. */
async function logInTo({outdated = false, hash = 'right'}) {
  const did: unknown[] = [];
  const deps = {
    store: {
      findAccount: async () => ({id: 'ann', role: 'user', passwordHash: hash}),
      replaceHash: async (...replaced) => void did.push(replaced),
    } satisfies Partial<UserStore> as unknown as UserStore,
    passwords: {
      hash: async () => 'new',
      verify: async (_password, found) => found === 'right',
      isOutdated: () => outdated,
    },
    limitAccount: () => undefined,
    observe: event => void did.push(event),
    issuer,
  } satisfies Deps & {issuer: typeof issuer};
  const outcome = await logIn(deps, {email, password}).then(
    () => 'in',
    (error: unknown) => error instanceof AppError && error.kind.code,
  );
  return {outcome, did};
}

test.serial(
  'attempts are limited per e-mail, whether it has an account or not, and others are not affected',
  async t => {
    const users = await startUsers(t, testParts(), {limitAccount: createRateLimit(3)});
    await users.post('api/users', {json: ann});
    const tryOut = (account: string) =>
      users.post<Problem>('api/sessions', {json: {email: account, password: 'wrong'}});

    const known = [await tryOut(ann.email), await tryOut(' ANN@example.com'), await tryOut(ann.email)];
    const unknown = [
      await tryOut(ben.email),
      await tryOut(ben.email),
      await tryOut(ben.email),
      await tryOut(ben.email),
    ];

    // Registering was the first of the three.
    t.deepEqual(
      [known, unknown].map(tries => tries.map(({statusCode}) => statusCode)),
      [
        [401, 401, 429],
        [401, 401, 401, 429],
      ],
    );
    t.is(known[2]?.body.code, 'too_many_requests');
    t.truthy(known[2]?.headers['retry-after']);
  },
);

test.serial('a login over the rate limit costs no hash', async t => {
  const parts = testParts();
  const users = await startUsers(t, parts, {limitAccount: createRateLimit(1)});

  await users.post('api/sessions', {json: {email, password}});
  await users.post('api/sessions', {json: {email, password}});

  t.is(await hashesOf(parts), 1);
});

for (const [what, path, json] of [
  ['registering', 'api/users', ann],
  ['logging in', 'api/sessions', {email, password}],
] as const) {
  test.serial(`${what} counts toward the rate limit of the address`, async t => {
    const counted: string[] = [];
    const limits = {...noLimits, address: (key: string) => void counted.push(key)};
    const users = await startUsers(t, {...testParts(), limits});

    await users.post(path, {json});

    t.deepEqual(counted, ['127.0.0.1']);
  });
}

test.serial('changes are limited per user, and others are not affected', async t => {
  const users = await startUsers(t, testParts(), {limitAccount: createRateLimit(2)});
  const [{body: one}, {body: other}] = [
    await users.post<{id: string}>('api/users', {json: ann}),
    await users.post<{id: string}>('api/users', {json: ben}),
  ];
  const change = async (id: string, username: string) =>
    (await users.patch(`api/users/${id}`, {json: {username}})).statusCode;

  t.deepEqual(
    [await change(one.id, 'one'), await change(one.id, 'two'), await change(one.id, 'three')],
    [200, 200, 429],
  );
  t.is(await change(other.id, 'four'), 200);
});

test.serial('logins are counted by outcome', async t => {
  t.deepEqual(await logInTo({}), {outcome: 'in', did: ['logged_in']});
  t.deepEqual(await logInTo({hash: 'wrong'}), {outcome: 'bad_credentials', did: ['login_refused']});
});

test.serial('an outdated hash is renewed by a login with the right password only', async t => {
  const renewed = await logInTo({outdated: true});
  const refused = await logInTo({outdated: true, hash: 'wrong'});

  t.deepEqual(renewed.did, [['ann', 'right', 'new'], 'logged_in']);
  t.deepEqual(refused.did, ['login_refused']);
});
