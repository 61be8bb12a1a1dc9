import type {RouterContext} from '@koa/router';
import type {Context} from 'koa';
import {nobody, type Authenticate, type Principal} from './auth.ts';
import {AppError, forbidden, unauthorized, type ErrorKind} from './errors.ts';

/** Who may call a route: anyone, any user, or only the user whom the path's id names; an admin may call them all. */
export type Access = 'anyone' | 'user' | 'self' | 'admin';

type Guarded = {access: Access; absent?: ErrorKind};

/**
 * Who calls, once it is clear that they may. To a user, other users are absent, whether they are there or not.
 * @throws AppError `unauthorized`, `forbidden`, or the route's `absent`.
 */
export async function admit(route: Guarded, ctx: Context, authenticate: Authenticate): Promise<Principal> {
  if (route.access === 'anyone') return nobody;

  const caller = await authenticate(ctx.get('Authorization'));
  if (caller.role === 'admin' || route.access === 'user') return caller;
  if (route.access === 'admin') throw new AppError(forbidden);

  const {id} = (ctx as unknown as RouterContext<unknown, unknown, {id: string}>).params;
  if (caller.id !== id) throw new AppError(route.absent ?? forbidden);
  return caller;
}

/** What `admit` refuses a caller of this route with, besides `absent`. */
export const refusalsOf: Record<Access, ErrorKind[]> = {
  anyone: [],
  user: [unauthorized],
  self: [unauthorized],
  admin: [unauthorized, forbidden],
};
