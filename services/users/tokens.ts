import type {KeyObject} from 'node:crypto';
import {SignJWT} from 'jose';
import {TOKEN} from '#platform/auth.ts';
import {publicKeyOf} from './keys.ts';
import type {Issuer} from './sessions.ts';

/** Short, since a token cannot be taken back: neither a new password nor the end of its user ends it. */
const VALID_FOR_S = 15 * 60;

/** Tokens that the first of these keys signs; all of them are published, so that keys can be exchanged unnoticed. */
export async function createIssuer(
  [signing, ...others]: KeyObject[],
  {issuer, audience}: {issuer: string; audience: string},
): Promise<Issuer> {
  if (!signing) throw new Error('there is no key to sign tokens with');
  const keys = await Promise.all([signing, ...others].map(publicKeyOf));
  const header = {alg: TOKEN.algorithm, typ: TOKEN.type, kid: keys[0]?.kid ?? ''};

  return {
    published: {keys},
    async issue({id, role}) {
      const token = new SignJWT({role}).setProtectedHeader(header).setIssuer(issuer).setAudience(audience);
      const accessToken = await token.setSubject(id).setIssuedAt().setExpirationTime(`${VALID_FOR_S}s`).sign(signing);
      return {accessToken, tokenType: 'Bearer', expiresIn: VALID_FOR_S};
    },
  };
}
