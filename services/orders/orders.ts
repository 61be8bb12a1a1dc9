import {mayActFor, type Principal} from '#platform/auth.ts';
import {withDeadline} from '#platform/deadline.ts';
import {AppError, changed, forbidden, invalid, keyReused} from '#platform/errors.ts';
import {includesVersion, type Versions} from '#platform/etag.ts';
import {fingerprintOf} from '#platform/idempotency.ts';
import {newId} from '#platform/ids.ts';
import {pageOf, type Page, type Position} from '#platform/pages.ts';
import {illegalTransition, orderNotFound, unknownUser, type NewOrder, type OrderStatus} from './contract.ts';
import {toCents, totalOf} from './money.ts';

type Product = {productId: string; quantity: number; cents: number};

/** An order. Inside the service, money is integer cents. */
export type Order = {
  id: string;
  userId: string;
  products: Product[];
  totalCents: number;
  status: OrderStatus;
  createdAt: string;
  updatedAt: string;
  version: number;
};

/** The idempotency key of an order, and the fingerprint of the request body that came with it. */
export type Keyed = {key: string; fingerprint: string};

export type OrderPage = {
  userId: string | undefined;
  status: OrderStatus | undefined;
  limit: number;
  after: Position | undefined;
};

/** An answer of so many lines has 250 kB at most, and costs some milliseconds of the event loop. */
const PAGE_LINES = 1_000;

export type OrderStore = {
  insert(order: Order, keyed?: Keyed): Promise<'inserted' | 'key_exists'>;
  /** Orders after this position, newest first, up to the one with which they have more than `lines` lines. */
  list(page: OrderPage & {lines: number}): Promise<Order[]>;
  find(id: string): Promise<Order | undefined>;
  /** Sees every finished write, and the write that the caller just collided with. */
  findLatest(id: string): Promise<Order | undefined>;
  findByKey(userId: string, key: string): Promise<(Order & Keyed) | undefined>;
  /** Like `findLatest`. */
  findLatestByKey(userId: string, key: string): Promise<(Order & Keyed) | undefined>;
  /** Changes the status if the current one is in `from`, and user and version match (undefined matches any). */
  move(id: string, move: Move, now: Date): Promise<Order | undefined>;
};

export type Move = {
  from: OrderStatus[];
  to: OrderStatus;
  userId: string | undefined;
  versions: Versions | undefined;
};

/**
 * Finds a user, on behalf of the caller whose token it is; undefined if there is no such user.
 * @throws AppError `users_unavailable` if users gives no answer, `unauthorized` if users refuses the token,
 * `too_many_requests` if the caller has asked users too often.
 */
export type FindUser = (id: string, token?: string) => Promise<{id: string} | undefined>;

/** Records an event in the metrics, after it happened. It must not throw. */
export type Observe = (event: 'placed' | 'replayed' | 'moved', order: Order) => void;

export type Deps = {store: OrderStore; findUser: FindUser; observe: Observe};

export type Placed = {order: Order; replayed: boolean};

/** A new order with its buyer. */
type Purchase = NewOrder & {userId: string};

/**
 * Deadline for placing an order, in milliseconds, including the call to users and MongoDB. Clients give up or retry
 * then.
 */
export const PLACE_WITHIN_MS = 2_000;

/**
 * Places an order. A known idempotency key is a replay: it returns the first order, without asking users.
 * @throws AppError `forbidden` for an order in another user's name, `unknown_user`, `users_unavailable`, `unavailable`
 * if the deadline passes first, `key_reused` if the key came with another body.
 */
export async function placeOrder(
  deps: Deps,
  caller: Principal,
  {userId, ...input}: NewOrder,
  key?: string,
  now = new Date(),
): Promise<Placed> {
  // Spread, so that no field of a later contract is lost, least of all from the fingerprint.
  const purchase = {userId: buyerOf(caller, userId), ...input};
  const placed = await withDeadline(PLACE_WITHIN_MS, () => placeOnce(deps, caller, purchase, key, now));
  deps.observe(placed.replayed ? 'replayed' : 'placed', placed.order);
  return placed;
}

function buyerOf(caller: Principal, userId = caller.id): string {
  if (!userId) throw new AppError(invalid, {errors: [{path: 'userId', message: 'is required'}]});
  if (!mayActFor(caller, userId)) throw new AppError(forbidden);
  return userId;
}

async function placeOnce(
  {store, findUser}: Deps,
  caller: Principal,
  input: Purchase,
  key: string | undefined,
  now: Date,
): Promise<Placed> {
  const keyed = key === undefined ? undefined : {key, fingerprint: fingerprintOf(input)};
  const earlier = keyed && (await store.findByKey(input.userId, keyed.key));
  if (earlier) return replay(earlier, keyed);

  const buyer = await findUser(input.userId, caller.token);
  if (!buyer) throw new AppError(unknownUser);

  const order = newOrder(input, now);
  if ((await store.insert(order, keyed)) === 'inserted') return {order, replayed: false};
  return replayWinner(store, input.userId, keyed);
}

/** Lists orders: for a user only their own. A page ends at its limit or at 1,000 lines of orders. @throws AppError `order_not_found` for those of another user. */
export async function listOrders({store}: Deps, caller: Principal, page: OrderPage): Promise<Page<Order>> {
  const userId = page.userId ?? ownerOf(caller);
  if (userId !== undefined && !mayActFor(caller, userId)) throw new AppError(orderNotFound);

  const found = await store.list({...page, userId, limit: page.limit + 1, lines: PAGE_LINES});
  const weight = {of: ({products}: Order) => products.length, most: PAGE_LINES};
  return pageOf(found, page.limit, ({id, createdAt}) => ({id, createdAt: new Date(createdAt)}), weight);
}

/** @throws AppError `order_not_found`, also for the order of another user. */
export async function findOrder({store}: Deps, caller: Principal, id: string): Promise<Order> {
  return visible(caller, await store.find(id));
}

function visible(caller: Principal, order: Order | undefined): Order {
  if (!order || !mayActFor(caller, order.userId)) throw new AppError(orderNotFound);
  return order;
}

/** The user whose orders the caller may see; undefined for an admin, who may see all. */
const ownerOf = ({id, role}: Principal): string | undefined => (role === 'admin' ? undefined : id);

const next: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: ['paid', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
};

export const canMove = (from: OrderStatus, to: OrderStatus): boolean => next[from].includes(to);

const sourcesOf = (to: OrderStatus): OrderStatus[] =>
  (Object.keys(next) as OrderStatus[]).filter(from => canMove(from, to));

/** A user may only cancel. Everything else is up to the shop, so to an admin. */
const mayMove = ({role}: Principal, to: OrderStatus): boolean => role === 'admin' || to === 'cancelled';

/**
 * Changes the status of an order. An order that already has the status is returned unchanged.
 * @throws AppError `forbidden`, `order_not_found`, `illegal_transition`, or `changed` if its version is not in
 * `versions`.
 */
export async function changeStatus(
  deps: Deps,
  caller: Principal,
  id: string,
  to: OrderStatus,
  versions?: Versions,
  now = new Date(),
): Promise<Order> {
  if (!mayMove(caller, to)) throw new AppError(forbidden);

  const {store, observe} = deps;
  const moved = await store.move(id, {from: sourcesOf(to), to, userId: ownerOf(caller), versions}, now);
  if (moved) {
    observe('moved', moved);
    return moved;
  }

  const order = visible(caller, await store.findLatest(id));
  if (!includesVersion(versions, order.version)) throw new AppError(changed);
  if (order.status === to) return order;
  // Somebody else has moved it meanwhile, so that it is possible now. An order moves three times at most.
  if (canMove(order.status, to)) return changeStatus(deps, caller, id, to, versions, now);
  throw new AppError(illegalTransition);
}

function newOrder({products, ...input}: Purchase, now: Date): Order {
  const lines = products.map(({price, ...product}) => ({...product, cents: toCents(price)}));
  const createdAt = now.toISOString();
  return {
    ...input,
    id: newId(),
    products: lines,
    totalCents: totalOf(lines),
    status: 'pending',
    createdAt,
    updatedAt: createdAt,
    version: 1,
  };
}

/** Another request with the same key was faster. Its order is the answer. */
async function replayWinner(store: OrderStore, userId: string, keyed: Keyed | undefined): Promise<Placed> {
  const winner = keyed && (await store.findLatestByKey(userId, keyed.key));
  if (!winner) throw new Error('the store refused an order for its idempotency key, but has no order with that key');
  return replay(winner, keyed);
}

/** The order as it was created, even if its status has changed since. */
function replay(earlier: Order & Keyed, keyed: Keyed): Placed {
  const {key, fingerprint, ...order} = earlier;
  if (keyed.fingerprint !== fingerprint) throw new AppError(keyReused);
  return {order: {...order, status: 'pending', updatedAt: order.createdAt, version: 1}, replayed: true};
}
