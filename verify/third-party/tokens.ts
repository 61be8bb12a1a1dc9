import {join} from 'node:path';
import {execute} from '../lib/execute.ts';
import {imposters, names} from '../system/imposters.ts';
import type {Run} from './run.ts';

type Given = Record<string, [token: string, subject: string, isValid: boolean]>;

const ann = {username: 'ann-by-token', email: 'ann-by-token@example.com', password: 'correct horse'};

/** What only our services check: JWT (RFC 7519) leaves the type of a token to its users, and knows no roles. */
const OURS = new Set(['a token of another type', 'a token with an unknown role']);

/** PyJWT and Authlib accept a token of users with the keys of its JWKS, and refuse forged ones. */
export async function tokens({system: {users}, auth, programs}: Run): Promise<string> {
  const {id} = await users.api.post('api/users', {json: ann}).json<{id: string}>();
  const {email, password} = ann;
  const {accessToken} = await users.api.post('api/sessions', {json: {email, password}}).json<{accessToken: string}>();

  const given: Given = {'a token of users': [accessToken, id, true]};
  for (const [who, authorizationOf] of imposters) {
    const [, token] = /^Bearer (\S+\.\S+\.\S*)$/u.exec(await authorizationOf(auth.signer, id)) ?? [];
    const what = who.replace(/^a caller with /u, '');
    if (token !== undefined) given[what] = [token, id, OURS.has(what)];
  }

  const input = JSON.stringify({
    jwks: `${users.url}/.well-known/jwks.json`,
    issuer: names.issuer,
    audience: names.audience,
    tokens: given,
  });
  const wrong = await execute(join(programs, 'python'), ['verify/third-party/tokens.py'], {input});
  if (wrong !== '') throw new Error(wrong);
  return `one token accepted, ${Object.keys(given).length - 1 - OURS.size} forged ones refused by both`;
}
