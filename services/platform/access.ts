import type {RouterContext} from '@koa/router';
import type {Context} from 'koa';
import {clientOf} from './address.ts';
import {nobody, type Authenticate, type Principal} from './auth.ts';
import {AppError, forbidden, tooManyRequests, unauthorized, type ErrorKind} from './errors.ts';
import type {RateLimit} from './rate-limit.ts';

/** Who may call a route: anyone, any user, or only the user whom the path's id names; an admin may call them all. */
export type Access = 'anyone' | 'user' | 'self' | 'admin';

/** What a route says of who may call it, and by whom its calls are counted. */
export type Guarded = {
  access: Access;
  limitedBy?: 'address' | 'principal';
  /** The problem when the path names nothing, a malformed id included. */
  absent?: ErrorKind;
};

/** How a service knows who calls, and how often each may. */
export type Guard = {authenticate: Authenticate; limits: Record<'address' | 'principal', RateLimit>};

/**
 * Who calls, once it is clear that they may.
 * @throws AppError `unauthorized`, `forbidden`, `too_many_requests`, or the route's `absent`.
 */
export async function admit(route: Guarded, ctx: Context, {authenticate, limits}: Guard): Promise<Principal> {
  if (route.limitedBy === 'address') limits.address(clientOf(ctx.ip) ?? '');
  const caller = await callerOf(route, ctx, authenticate);
  if (route.limitedBy === 'principal') limits.principal(caller.id);
  return caller;
}

/** To a user, other users are absent, whether they are there or not. */
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

/** What `admit` refuses a caller of this route with, besides `absent`. */
export const refusalsOf = ({access, limitedBy}: Guarded): ErrorKind[] => [
  ...refusals[access],
  ...(limitedBy ? [tooManyRequests] : []),
];
