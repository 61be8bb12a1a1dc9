import {createPublicKey, generateKeyPairSync, type KeyObject} from 'node:crypto';
import {calculateJwkThumbprint, SignJWT, type JSONWebKeySet} from 'jose';

/** A signing key as users gets it (`pem`), with the JWKS that users would publish. */
export type Signer = {privateKey: KeyObject; pem: string; kid: string; jwks: JSONWebKeySet};

export async function createSigner(): Promise<Signer> {
  const {privateKey} = generateKeyPairSync('ed25519');
  const jwk = createPublicKey(privateKey).export({format: 'jwk'});
  const kid = await calculateJwkThumbprint(jwk);
  const pem = privateKey.export({type: 'pkcs8', format: 'pem'}).toString();
  return {privateKey, pem, kid, jwks: {keys: [{...jwk, kid, alg: 'EdDSA', use: 'sig'}]}};
}

/** A token as users issues it, valid for this many seconds. */
export const tokenFor = ({privateKey, kid}: Signer, sub: string, role: string, seconds: number): Promise<string> =>
  new SignJWT({role})
    .setProtectedHeader({alg: 'EdDSA', typ: 'at+jwt', kid})
    .setSubject(sub)
    .setIssuer('duet')
    .setAudience('duet')
    .setExpirationTime(`${seconds} s`)
    .sign(privateKey);

export const bearer = (token: string) => ({authorization: `Bearer ${token}`});
