import type {RouterContext} from '@koa/router';
import type {Context} from 'koa';
import {clientOf} from './address.ts';
import {nobody, type Authenticate, type Principal} from './auth.ts';
import {AppError, forbidden, tooManyRequests, unauthorized, type ErrorKind} from './errors.ts';
import type {RateLimit} from './rate-limit.ts';

/** The callers of a route: anyone, any user, the user whose id is in the path, or admins. Admins may call all. */
export type Access = 'anyone' | 'user' | 'self' | 'admin';

/** A route's access rule and rate limit. */
export type Guarded = {
  access: Access;
  limitedBy?: 'address' | 'principal';
  /** The problem when nothing has the id in the path, or the id is malformed. */
  absent?: ErrorKind;
};

/** How a service authenticates its callers, and their rate limits. */
export type Guard = {authenticate: Authenticate; limits: Record<'address' | 'principal', RateLimit>};

/**
 * Authenticates the caller, checks that the route admits it, and counts the call against the route's rate limit.
 * @throws AppError `unauthorized`, `forbidden`, `too_many_requests`, or the route's `absent`.
 */
export async function admit(route: Guarded, ctx: Context, {authenticate, limits}: Guard): Promise<Principal> {
  if (route.limitedBy === 'address') limits.address(clientIn(ctx));
  const caller = await callerOf(route, ctx, authenticate);
  if (route.limitedBy === 'principal') limits.principal(caller.id);
  return caller;
}

/** A proxy that writes no address must not make all its clients one with those of others: it counts as one itself. */
const clientIn = (ctx: Context): string => clientOf(ctx.ip) ?? clientOf(ctx.req.socket.remoteAddress ?? '') ?? '';

/** An ordinary user gets `absent` for any other user's id, so that nobody can probe which ids exist. */
async function callerOf(route: Guarded, ctx: Context, authenticate: Authenticate): Promise<Principal> {
  if (route.access === 'anyone') return nobody;

  const caller = await authenticate(ctx.get('Authorization'));
  if (caller.role === 'admin' || route.access === 'user') return caller;
  if (route.access === 'admin') throw new AppError(forbidden);

  const {id} = (ctx as unknown as RouterContext<unknown, unknown, {id: string}>).params;
  if (caller.id !== id) throw new AppError(route.absent ?? forbidden);
  return caller;
}

const refusals: Record<Access, ErrorKind[]> = {
  anyone: [],
  user: [unauthorized],
  self: [unauthorized],
  admin: [unauthorized, forbidden],
};

/** The problems that `admit` may throw for this route, except `absent`. */
export const refusalsOf = ({access, limitedBy}: Guarded): ErrorKind[] => [
  ...refusals[access],
  ...(limitedBy ? [tooManyRequests] : []),
];
