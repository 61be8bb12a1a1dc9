import type {RouterContext} from '@koa/router';
import type {Context} from 'koa';
import {networkOf, type ClientOf} from './address.ts';
import {nobody, type Authenticate, type Principal} from './auth.ts';
import {AppError, forbidden, tooManyRequests, unauthorized, type ErrorKind} from './errors.ts';
import {unlimited, type RateLimit} from './rate-limit.ts';

/** The callers of a route: anyone, any user, the user whose id is in the path, or admins. Admins may call all. */
export type Access = 'anyone' | 'user' | 'self' | 'admin';

/** A route's access rule, and whether its calls are limited by address. Where callers have a token, each is limited. */
export type Guarded = {
  access: Access;
  limitedBy?: 'address';
  /** The problem when nothing has the id in the path, or the id is malformed. */
  absent?: ErrorKind;
};

/** The rate limits of an address, of the IPv6 network that it is in, and of a user. */
export type Limits = Record<'address' | 'network' | 'principal', RateLimit>;

export const noLimits: Limits = {address: unlimited, network: unlimited, principal: unlimited};

/** How a service authenticates its callers, tells them apart, and limits their rates. */
export type Guard = {authenticate: Authenticate; limits: Limits; clientOf: ClientOf};

/**
 * Authenticates the caller, counts the call against its rate limit, and checks that the route admits it. A call that is
 * refused counts as well, so that nobody can try ids without end.
 * @throws AppError `unauthorized`, `forbidden`, `too_many_requests`, or the route's `absent`.
 */
export async function admit(route: Guarded, ctx: Context, {authenticate, limits, clientOf}: Guard): Promise<Principal> {
  if (route.limitedBy === 'address') limitClient(clientOf(ctx.req), limits);
  if (route.access === 'anyone') return nobody;

  const caller = await authenticate(ctx.get('Authorization'));
  limits.principal(caller.id);
  checkRole(route, ctx, caller);
  return caller;
}

function limitClient(client: string, limits: Limits): void {
  limits.address(client);
  const network = networkOf(client);
  if (network) limits.network(network);
}

/** An ordinary user gets `absent` for any other user's id, so that nobody can probe which ids exist. */
function checkRole({access, absent = forbidden}: Guarded, ctx: Context, caller: Principal): void {
  if (caller.role === 'admin' || access === 'user') return;
  if (access === 'admin') throw new AppError(forbidden);

  const {id} = (ctx as unknown as RouterContext<unknown, unknown, {id: string}>).params;
  if (caller.id !== id) throw new AppError(absent);
}

const refusals: Record<Access, ErrorKind[]> = {
  anyone: [],
  user: [unauthorized, tooManyRequests],
  self: [unauthorized, tooManyRequests],
  admin: [unauthorized, tooManyRequests, forbidden],
};

/** The problems that `admit` may throw for this route, except `absent`. */
export const refusalsOf = ({access, limitedBy}: Guarded): ErrorKind[] => [
  ...refusals[access],
  ...(limitedBy ? [tooManyRequests] : []),
];
