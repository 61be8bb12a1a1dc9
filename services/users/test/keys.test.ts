import {generateKeyPairSync} from 'node:crypto';
import test from 'ava';
import {createSigner} from '#platform/test/tokens.ts';
import {PrivateKeys, publicKeyOf} from '../keys.ts';

const [one, other] = [await createSigner(), await createSigner()];
const rsa = generateKeyPairSync('rsa', {modulusLength: 2_048}).privateKey.export({type: 'pkcs8', format: 'pem'});
const publicPem = generateKeyPairSync('ed25519').publicKey.export({type: 'spki', format: 'pem'});

test('keys are read in order, without duplicates', async t => {
  const keys = PrivateKeys.parse(`\n${one.pem}\n# the next\n${other.pem}${one.pem}`);

  t.deepEqual(
    (await Promise.all(keys.map(publicKeyOf))).map(({kid}) => kid),
    [one.kid, other.kid],
  );
});

test('only the public part of a key is published', async t => {
  const [key] = PrivateKeys.parse(one.pem);

  t.deepEqual(key && (await publicKeyOf(key)), one.jwks.keys[0]);
  t.deepEqual(Object.keys(one.jwks.keys[0] ?? {}).toSorted(), ['alg', 'crv', 'kid', 'kty', 'use', 'x']);
});

for (const [what, text] of [
  ['nothing', ''],
  ['nonsense', 'correct horse'],
  ['a broken key', one.pem.replace(/M.{20}/u, 'M')],
  ['an RSA key', String(rsa)],
  ['an RSA key after an Ed25519 key', `${one.pem}${String(rsa)}`],
  ['a public key', String(publicPem)],
] as const) {
  test(`${what} is refused, and the message does not contain it`, t => {
    const {error} = PrivateKeys.safeParse(text);

    t.deepEqual(
      error?.issues.map(({message}) => message),
      ['must be private Ed25519 keys in PEM (PKCS #8)'],
    );
  });
}
