import {mayActFor, type Principal} from '#platform/auth.ts';
import {withDeadline} from '#platform/deadline.ts';
import {AppError, changed, forbidden, invalid, keyReused} from '#platform/errors.ts';
import {fingerprintOf} from '#platform/idempotency.ts';
import {newId} from '#platform/ids.ts';
import {pageOf, type Page, type Position} from '#platform/pages.ts';
import {illegalTransition, orderNotFound, unknownUser, type NewOrder, type OrderStatus} from './contract.ts';
import {toCents} from './money.ts';

type Product = {productId: string; quantity: number; cents: number};

/** Money inside the service is integer cents. */
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

/** The key that its client gave an order, and the fingerprint of the body that came with it. */
export type Keyed = {key: string; fingerprint: string};

export type OrderPage = {
  userId: string | undefined;
  status: OrderStatus | undefined;
  limit: number;
  after: Position | undefined;
};

export type OrderStore = {
  insert(order: Order, keyed?: Keyed): Promise<'inserted' | 'key_exists'>;
  /** Newest first, behind `after`. */
  list(page: OrderPage): Promise<Order[]>;
  find(id: string): Promise<Order | undefined>;
  /** Never older than a write that has ended, or that has just been collided with. */
  findLatest(id: string): Promise<Order | undefined>;
  findByKey(userId: string, key: string): Promise<(Order & Keyed) | undefined>;
  /** As `findLatest`. */
  findLatestByKey(userId: string, key: string): Promise<(Order & Keyed) | undefined>;
  /** Moves the order if its status is one of `from`, and its user and version are these (undefined: any). */
  move(id: string, move: Move, now: Date): Promise<Order | undefined>;
};

export type Move = {
  from: OrderStatus[];
  to: OrderStatus;
  userId: string | undefined;
  versions: number[] | undefined;
};

/**
 * Whether a user exists, asked with the caller's own token.
 * @throws AppError `users_unavailable` when nobody can say, `unauthorized` when users does not believe the token.
 */
export type FindUser = (id: string, token?: string) => Promise<{id: string} | undefined>;

/** Told after the fact; for counting, so it must not fail. */
export type Observe = (event: 'placed' | 'replayed' | 'moved', order: Order) => void;

export type Deps = {store: OrderStore; findUser: FindUser; observe: Observe};

export type Placed = {order: Order; replayed: boolean};

/** What is ordered, and for whom. */
type Purchase = NewOrder & {userId: string};

/** How long placing an order may take, whatever it waits for: after that a client gives up, or asks once more. */
export const PLACE_WITHIN_MS = 2_000;

/**
 * One order for one intent: with a key, the answer of its first time again, found before users is asked.
 * @throws AppError `forbidden` for another's order, `unknown_user`, `users_unavailable`, `unavailable` when its time was
 * up before it was stored, or `key_reused` when the key came with another body.
 */
export async function placeOrder(
  deps: Deps,
  caller: Principal,
  {userId, products}: NewOrder,
  key?: string,
  now = new Date(),
): Promise<Placed> {
  const purchase = {userId: buyerOf(caller, userId), products};
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

/** To a user, its own. @throws AppError `order_not_found` when it asks for another's. */
export async function listOrders({store}: Deps, caller: Principal, page: OrderPage): Promise<Page<Order>> {
  const userId = page.userId ?? ownerOf(caller);
  if (userId !== undefined && !mayActFor(caller, userId)) throw new AppError(orderNotFound);

  const found = await store.list({...page, userId, limit: page.limit + 1});
  return pageOf(found, page.limit, ({id, createdAt}) => ({id, createdAt: new Date(createdAt)}));
}

/** @throws AppError `order_not_found`, also for an order that is another's. */
export async function findOrder({store}: Deps, caller: Principal, id: string): Promise<Order> {
  return visible(caller, await store.find(id));
}

function visible(caller: Principal, order: Order | undefined): Order {
  if (!order || !mayActFor(caller, order.userId)) throw new AppError(orderNotFound);
  return order;
}

/** Whose orders the caller has to do with; undefined for an admin's, which are everyone's. */
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

/** To pay, ship and deliver is the shop's. */
const mayMove = ({role}: Principal, to: OrderStatus): boolean => role === 'admin' || to === 'cancelled';

/**
 * The order in its new status; one that has it already is answered as it is.
 * @throws AppError `forbidden`, `order_not_found`, `illegal_transition`, or `changed` when its version is not one of
 * `versions`.
 */
export async function changeStatus(
  {store, observe}: Deps,
  caller: Principal,
  id: string,
  to: OrderStatus,
  versions?: number[],
  now = new Date(),
): Promise<Order> {
  if (!mayMove(caller, to)) throw new AppError(forbidden);

  const moved = await store.move(id, {from: sourcesOf(to), to, userId: ownerOf(caller), versions}, now);
  if (moved) {
    observe('moved', moved);
    return moved;
  }

  const order = visible(caller, await store.findLatest(id));
  if (versions && !versions.includes(order.version)) throw new AppError(changed);
  if (order.status !== to) throw new AppError(illegalTransition);
  return order;
}

function newOrder({userId, products}: Purchase, now: Date): Order {
  const lines = products.map(({price, ...product}) => ({...product, cents: toCents(price)}));
  const createdAt = now.toISOString();
  return {
    id: newId(),
    userId,
    products: lines,
    totalCents: lines.reduce((sum, {quantity, cents}) => sum + quantity * cents, 0),
    status: 'pending',
    createdAt,
    updatedAt: createdAt,
    version: 1,
  };
}

/** Another request with the key was first: its order is the answer. */
async function replayWinner(store: OrderStore, userId: string, keyed: Keyed | undefined): Promise<Placed> {
  const winner = keyed && (await store.findLatestByKey(userId, keyed.key));
  if (!winner) throw new Error('the store refused an order for its key but has no order with it');
  return replay(winner, keyed);
}

/** The order as it was when it was created, wherever it has gone since. */
function replay(earlier: Order & Keyed, keyed: Keyed): Placed {
  const {key, fingerprint, ...order} = earlier;
  if (keyed.fingerprint !== fingerprint) throw new AppError(keyReused);
  return {order: {...order, status: 'pending', updatedAt: order.createdAt, version: 1}, replayed: true};
}
