import {errors, jwtVerify, type JWTVerifyGetKey} from 'jose';
import * as z from 'zod';
import {AppError, unauthorized} from './errors.ts';
import {Id} from './ids.ts';
import type {BaseConfig} from './settings.ts';

export const Role = z.enum(['user', 'admin']);
export type Role = z.output<typeof Role>;

/** Who calls, and the token that says so, to be passed on to other services. */
export type Principal = {id: string; role: Role; token?: string};

/** The caller of what anyone may call. */
export const nobody: Principal = {id: '', role: 'user'};

/** The caller in open mode, who may do what an admin may and is no user in particular. */
export const everybody: Principal = {id: '', role: 'admin'};

/** Whether the caller may act for this user: it is that user, or an admin. */
export const mayActFor = ({id, role}: Principal, userId: string): boolean => role === 'admin' || id === userId;

/** Who sent an Authorization header. @throws AppError `unauthorized` when that cannot be said. */
export type Authenticate = (authorization: string) => Promise<Principal>;

export const openToAll: Authenticate = () => Promise.resolve(everybody);

/** The names that tokens carry: who issues them, and for whom. */
type Names = {issuer: string; audience: string};

export const namesIn = (config: Pick<BaseConfig, 'AUTH_ISSUER' | 'AUTH_AUDIENCE'>): Names => ({
  issuer: config.AUTH_ISSUER,
  audience: config.AUTH_AUDIENCE,
});

/** As the settings say: by tokens, for which alone `keys` is called, or open to all. */
export const createAuthenticate = (config: BaseConfig, keys: () => JWTVerifyGetKey): Authenticate =>
  config.AUTH === 'open' ? openToAll : verifyTokens(namesIn(config), keys());

/** What a token of ours is. Its type keeps any other JWT that the same keys may sign one day from passing for one. */
export const TOKEN = {algorithm: 'EdDSA', type: 'at+jwt'} as const;

/** Seconds by which the clocks of two machines may differ. */
const TOLERANCE_S = 60;

const Claims = z.object({sub: Id, role: Role});

/** Believes tokens of this issuer for this audience that one of these keys verifies. */
export function verifyTokens(names: Names, keys: JWTVerifyGetKey): Authenticate {
  const {algorithm, type} = TOKEN;
  // The algorithm is ours to say: a token may ask for none, or for HMAC with the public key as its secret.
  const options = {...names, algorithms: [algorithm], typ: type, clockTolerance: TOLERANCE_S, requiredClaims: ['exp']};

  return async function authenticate(authorization) {
    const [, token] = /^Bearer +(\S+)$/iu.exec(authorization) ?? [];
    if (!token) throw new AppError(unauthorized);

    const {payload} = await jwtVerify(token, keys, options).catch(refused);
    const claims = Claims.safeParse(payload);
    if (!claims.success) throw new AppError(unauthorized);
    return {id: claims.data.sub, role: claims.data.role, token};
  };
}

/** What is wrong with a token is its sender's; that its key cannot be had is not. */
function refused(error: unknown): never {
  throw error instanceof errors.JOSEError ? new AppError(unauthorized, {cause: error}) : error;
}
