import {createPrivateKey, createPublicKey, type KeyObject} from 'node:crypto';
import {calculateJwkThumbprint} from 'jose';
import * as z from 'zod';
import {TOKEN} from '#platform/auth.ts';

const PEM = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/gu;

/** Private Ed25519 keys, as `openssl genpkey -algorithm ed25519` writes them, one after the other; none twice. */
export const PrivateKeys = z.string().transform((text, context) => {
  const pems = text.match(PEM) ?? [];
  const keys = pems.flatMap(readKey);
  // The message repeats nothing of the text, which is a secret.
  if (keys.length === 0 || keys.length < pems.length) context.addIssue('must be private Ed25519 keys in PEM (PKCS #8)');
  return keys.filter((key, index) => keys.findIndex(other => other.equals(key)) === index);
});

function readKey(pem: string): KeyObject[] {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? [key] : [];
  } catch {
    return [];
  }
}

/** What anyone may know of a key; its id is its thumbprint (RFC 7638), so no two keys can have one. */
export async function publicKeyOf(key: KeyObject) {
  const {kty = '', crv = '', x = ''} = createPublicKey(key).export({format: 'jwk'});
  const kid = await calculateJwkThumbprint({kty, crv, x});
  return {kty, crv, x, kid, alg: TOKEN.algorithm, use: 'sig'};
}
