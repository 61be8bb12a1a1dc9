import test from 'ava';
import fc from 'fast-check';
import {createLocalJWKSet, exportJWK, generateKeyPair, SignJWT} from 'jose';
import {verifyTokens} from '../auth.ts';
import {AppError} from '../errors.ts';
import {newId} from '../ids.ts';
import {createSigner, imposters, keysOf, names, tokenFor} from './tokens.ts';

const signer = await createSigner();
const authenticate = verifyTokens(names, keysOf(signer));

for (const role of ['user', 'admin'] as const) {
  test(`a token with the role ${role} identifies its caller`, async t => {
    const id = newId();
    const token = await tokenFor(signer, id, role);

    t.deepEqual(await authenticate(`Bearer ${token}`), {id, role, token});
    t.deepEqual(await authenticate(`bearer  ${token}`), {id, role, token});
  });
}

for (const [who, authorizationOf] of imposters) {
  test(`${who} is unauthorized`, async t => {
    const authorization = await authorizationOf(signer, newId());

    const error = await t.throwsAsync(authenticate(authorization), {instanceOf: AppError});

    t.is(error?.kind.code, 'unauthorized');
  });
}

test('a token that expired less than a minute ago is still accepted, because clocks differ', async t => {
  const id = newId();
  const token = await tokenFor(signer, id, 'user', -30);

  t.like(await authenticate(`Bearer ${token}`), {id});
});

test('a token with another algorithm is refused, even if a key for that algorithm is published', async t => {
  const {privateKey, publicKey} = await generateKeyPair('ES256');
  const published = createLocalJWKSet({keys: [{...(await exportJWK(publicKey)), kid: 'other', alg: 'ES256'}]});
  const token = await new SignJWT({role: 'admin', iss: names.issuer, aud: names.audience, sub: newId()})
    .setProtectedHeader({alg: 'ES256', typ: 'at+jwt', kid: 'other'})
    .setExpirationTime('15m')
    .sign(privateKey);

  const error = await t.throwsAsync(verifyTokens(names, published)(`Bearer ${token}`), {instanceOf: AppError});

  t.is(error?.kind.code, 'unauthorized');
});

test('an Authorization header with random content is always unauthorized, never another error', async t => {
  const base64 = fc.stringMatching(/^[A-Za-z0-9_-]{0,40}$/u);
  const json = fc.jsonValue().map(value => Buffer.from(JSON.stringify(value)).toString('base64url'));
  const token = fc.array(fc.oneof(base64, json, fc.string()), {maxLength: 5}).map(parts => parts.join('.'));

  await fc.assert(
    fc.asyncProperty(fc.oneof(token, fc.string()), async text => {
      const error: unknown = await authenticate(`Bearer ${text}`).catch((thrown: unknown) => thrown);
      return error instanceof AppError && error.kind.code === 'unauthorized';
    }),
  );
  t.pass();
});

test('a missing key is not reported as an invalid token', async t => {
  const away = new Error('no keys');
  const token = await tokenFor(signer, newId());

  const error = await t.throwsAsync(verifyTokens(names, () => Promise.reject(away))(`Bearer ${token}`));

  t.is(error, away);
});
