import {createPrivateKey, createPublicKey, type KeyObject} from 'node:crypto';
import {calculateJwkThumbprint} from 'jose';
import * as z from 'zod';
import {TOKEN} from '#platform/auth.ts';

const PEM = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/gu;

/** Private Ed25519 keys in PEM, as `openssl genpkey -algorithm ed25519` writes them, in order, without duplicates. */
export const PrivateKeys = z.string().transform((text, context) => {
  const pems = text.match(PEM) ?? [];
  const keys = pems.flatMap(readKey);
  // The message must not contain the text, which is a secret.
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

/** The public JWK of a key. Its id is its thumbprint (RFC 7638), so two keys never share one. */
export async function publicKeyOf(key: KeyObject) {
  const {kty = '', crv = '', x = ''} = createPublicKey(key).export({format: 'jwk'});
  const kid = await calculateJwkThumbprint({kty, crv, x});
  return {kty, crv, x, kid, alg: TOKEN.algorithm, use: 'sig'};
}
