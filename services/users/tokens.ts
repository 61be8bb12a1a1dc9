import {randomUUID, type KeyObject} from 'node:crypto';
import {SignJWT} from 'jose';
import {TOKEN} from '#platform/auth.ts';
import {publicKeyOf} from './keys.ts';
import type {Issuer} from './sessions.ts';

/** Short, because tokens cannot be revoked: neither a new password nor removing the user invalidates them. */
const VALID_FOR_S = 15 * 60;

/**
 * Signs tokens as RFC 9068 has them (`at+jwt`). Users log in to the issuer itself, so it is the client, too.
 * It signs with the first key and publishes all keys, so that keys can be rotated while old tokens stay valid.
 */
export async function createIssuer(
  [signing, ...others]: KeyObject[],
  {issuer, audience}: {issuer: string; audience: string},
): Promise<Issuer> {
  if (!signing) throw new Error('no signing key: AUTH_KEYS is empty');
  const keys = await Promise.all([signing, ...others].map(publicKeyOf));
  const header = {alg: TOKEN.algorithm, typ: TOKEN.type, kid: keys[0]?.kid ?? ''};

  return {
    published: {keys},
    async issue({id, role}) {
      const token = new SignJWT({role, client_id: issuer}).setProtectedHeader(header).setIssuer(issuer);
      token.setAudience(audience).setSubject(id).setJti(randomUUID());
      const accessToken = await token.setIssuedAt().setExpirationTime(`${VALID_FOR_S}s`).sign(signing);
      return {accessToken, tokenType: 'Bearer', expiresIn: VALID_FOR_S};
    },
  };
}
