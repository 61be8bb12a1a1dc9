import {errors, jwtVerify, type JWTVerifyGetKey} from 'jose';
import * as z from 'zod';
import {AppError, invalidToken, unauthorized} from './errors.ts';
import {Id} from './ids.ts';
import type {BaseConfig} from './settings.ts';

export const Role = z.enum(['user', 'admin']);
export type Role = z.output<typeof Role>;

/** An authenticated caller, with the token to pass on to other services. */
export type Principal = {id: string; role: Role; token?: string};

/** The caller of a route that anyone may call. */
export const nobody: Principal = {id: '', role: 'user'};

/** Every caller with `AUTH=open`: an admin's rights and no user id. */
export const everybody: Principal = {id: '', role: 'admin'};

/** Whether the caller may act for this user: it is that user, or an admin. */
export const mayActFor = ({id, role}: Principal, userId: string): boolean => role === 'admin' || id === userId;

/** Identifies the caller by its Authorization header. @throws AppError `unauthorized` without a valid token. */
export type Authenticate = (authorization: string) => Promise<Principal>;

export const openToAll: Authenticate = () => Promise.resolve(everybody);

/** The names that tokens carry in `iss` and `aud`. */
type Names = {issuer: string; audience: string};

export const namesIn = (config: Pick<BaseConfig, 'AUTH_ISSUER' | 'AUTH_AUDIENCE'>): Names => ({
  issuer: config.AUTH_ISSUER,
  audience: config.AUTH_AUDIENCE,
});

/** Authenticates callers as the setting AUTH says. `keys` is called only if tokens are verified. */
export const createAuthenticate = (config: BaseConfig, keys: () => JWTVerifyGetKey): Authenticate =>
  config.AUTH === 'open' ? openToAll : verifyTokens(namesIn(config), keys());

/** Algorithm and type of our tokens. The type keeps other JWTs signed with the same keys from being accepted. */
export const TOKEN = {algorithm: 'EdDSA', type: 'at+jwt'} as const;

/** Tolerated clock skew between two machines, in seconds. */
const TOLERANCE_S = 60;

const Claims = z.object({sub: Id, role: Role});

/** Accepts bearer tokens of this issuer, for this audience, signed with one of these keys and not expired. */
export function verifyTokens(names: Names, keys: JWTVerifyGetKey): Authenticate {
  const {algorithm, type} = TOKEN;
  // The algorithm is pinned: a forged token may ask for none, or for HMAC with the public key as its secret.
  const options = {...names, algorithms: [algorithm], typ: type, clockTolerance: TOLERANCE_S, requiredClaims: ['exp']};

  return async function authenticate(authorization) {
    const [, token] = /^Bearer +(\S+)$/iu.exec(authorization) ?? [];
    if (!token) throw new AppError(unauthorized);

    const {payload} = await jwtVerify(token, keys, options).catch(refused);
    const claims = Claims.safeParse(payload);
    if (!claims.success) throw new AppError(invalidToken);
    return {id: claims.data.sub, role: claims.data.role, token};
  };
}

/** A bad token is the caller's fault; a missing key is ours. */
function refused(error: unknown): never {
  throw error instanceof errors.JOSEError ? new AppError(invalidToken, {cause: error}) : error;
}
