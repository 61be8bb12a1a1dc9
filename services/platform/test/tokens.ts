import {createHmac, createPublicKey, generateKeyPairSync, type KeyObject} from 'node:crypto';
import {calculateJwkThumbprint, createLocalJWKSet, SignJWT, type JSONWebKeySet} from 'jose';
import type {Role} from '../auth.ts';

export const names = {issuer: 'duet', audience: 'duet'};

/** A signing key for tests, with the JWKS that its service would publish. */
export type Signer = {privateKey: KeyObject; pem: string; kid: string; jwks: JSONWebKeySet};

export async function createSigner(): Promise<Signer> {
  const {privateKey} = generateKeyPairSync('ed25519');
  const jwk = createPublicKey(privateKey).export({format: 'jwk'});
  const kid = await calculateJwkThumbprint(jwk);
  return {
    privateKey,
    pem: privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
    kid,
    jwks: {keys: [{...jwk, kid, alg: 'EdDSA', use: 'sig'}]},
  };
}

export const keysOf = ({jwks}: Signer) => createLocalJWKSet(jwks);

export const bearer = (token: string) => ({authorization: `Bearer ${token}`});

type Claims = {sub?: string; role?: string; iss?: string; aud?: string; exp?: number};

const claimsOf = (sub: string, role: Role, seconds = 900): Claims => ({
  sub,
  role,
  iss: names.issuer,
  aud: names.audience,
  exp: Math.floor(Date.now() / 1000) + seconds,
});

const sign = ({privateKey, kid}: Signer, claims: Claims, header: {kid?: string; typ?: string} = {}): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({alg: 'EdDSA', typ: 'at+jwt', kid, ...header}).sign(privateKey);

/** A token as users issues it, valid for this many seconds. */
export const tokenFor = (signer: Signer, sub: string, role: Role = 'user', seconds = 900): Promise<string> =>
  sign(signer, claimsOf(sub, role, seconds));

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

type Forge = (signer: Signer, claims: Claims) => Promise<string>;

const changed =
  (change: Claims): Forge =>
  (signer, claims) =>
    sign(signer, {...claims, ...change});

/** Invalid tokens of a real user, by what is wrong with each. */
const forgeries: Record<string, Forge> = {
  'a token that expired more than a minute ago': (signer, {exp = 0, ...claims}) =>
    sign(signer, {...claims, exp: exp - 900 - 61}),
  'a token that never expires': (signer, {exp: _, ...claims}) => sign(signer, claims),
  'a token for another audience': changed({aud: 'another'}),
  'a token of another issuer': changed({iss: 'another'}),
  'a token without a subject': (signer, {sub: _, ...claims}) => sign(signer, claims),
  'a token with an unknown role': changed({role: 'root'}),
  'a token of another type': (signer, claims) => sign(signer, claims, {typ: 'JWT'}),
  'a token with an unknown key id': (signer, claims) => sign(signer, claims, {kid: 'another'}),
  'a token signed with another key': async (signer, claims) =>
    sign({...(await createSigner()), kid: signer.kid}, claims),
  'a token with alg none': async ({kid}, claims) => `${part({alg: 'none', typ: 'at+jwt', kid})}.${part(claims)}.`,
  'a token signed with HS256 and the public key': async ({kid, privateKey}, claims) => {
    const signed = `${part({alg: 'HS256', typ: 'at+jwt', kid})}.${part(claims)}`;
    const secret = createPublicKey(privateKey).export({type: 'spki', format: 'pem'});
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  },
  'a token whose role was changed after it was signed': async (signer, claims) => {
    const [header, , signature] = (await sign(signer, {...claims, role: 'user'})).split('.');
    return `${header}.${part(claims)}.${signature}`;
  },
  'a token without its signature': async (signer, claims) => (await sign(signer, claims)).replace(/[^.]+$/u, ''),
};

type Imposter = [who: string, authorization: (signer: Signer, sub: string) => Promise<string>];

/** Callers that must be refused, with the Authorization header that each sends. */
export const imposters: Imposter[] = [
  ['a caller without a token', async () => ''],
  ['a caller with an empty token', async () => 'Bearer '],
  ['a caller with a malformed token', async () => 'Bearer nonsense'],
  ['a caller with a password in place of a token', async () => `Basic ${btoa('ann@example.com:correct horse')}`],
  ...Object.entries(forgeries).map(([who, forge]): Imposter => [
    who,
    async (signer, sub) => `Bearer ${await forge(signer, claimsOf(sub, 'admin'))}`,
  ]),
];
