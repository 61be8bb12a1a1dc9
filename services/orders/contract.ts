import * as z from 'zod';
import type {ErrorKind} from '#platform/errors.ts';
import {idempotencyHeaders} from '#platform/idempotency.ts';
import {Id} from '#platform/ids.ts';
import {pageQuery} from '#platform/pages.ts';
import {text} from '#platform/validate.ts';

/**
 * A decimal number on the wire. zod's `multipleOf: 0.01` would refuse 19.99, because binary fractions cannot express
 * it.
 */
const Price = z
  .number()
  .min(0)
  .max(1_000_000)
  .refine(price => Math.round(price * 100) / 100 === price, 'must have at most two decimal places')
  .meta({description: 'A decimal number with at most two decimal places', example: 19.99});

const Product = z.strictObject({
  productId: text(1, 64).meta({example: 'book'}),
  quantity: z.int().min(1).max(10_000).meta({example: 3}),
  price: Price,
});

export const OrderStatus = z.enum(['pending', 'paid', 'shipped', 'delivered', 'cancelled']);
export type OrderStatus = z.output<typeof OrderStatus>;

export const NewOrder = z
  .strictObject({
    userId: Id.optional().meta({description: 'The buyer. Optional with a token: the default is the caller'}),
    products: z.array(Product).min(1).max(100),
  })
  .meta({id: 'NewOrder'});
export type NewOrder = z.output<typeof NewOrder>;

export const StatusChange = z.strictObject({status: OrderStatus}).meta({id: 'StatusChange'});

export const OrderBody = z
  .object({
    id: Id,
    userId: Id,
    products: z.array(z.object({productId: z.string(), quantity: z.int(), price: z.number()})),
    total: z.number(),
    status: OrderStatus,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({id: 'Order'});

export const OrderPath = z.strictObject({id: Id.meta({description: 'The id of the order'})});
export const OrdersQuery = z.strictObject({
  userId: Id.optional().meta({description: 'Only the orders of this buyer'}),
  status: OrderStatus.optional().meta({description: 'Only the orders with this status'}),
  ...pageQuery,
});
export const IdempotencyKey = z.object(idempotencyHeaders);

export const unknownUser = {
  code: 'unknown_user',
  status: 400,
  title: 'User not found',
  detail: 'No user has the id in `userId`.',
} as const satisfies ErrorKind;

export const orderNotFound = {
  code: 'order_not_found',
  status: 404,
  title: 'Order not found',
  detail: 'No order has this id, or the caller may not see it.',
} as const satisfies ErrorKind;

export const illegalTransition = {
  code: 'illegal_transition',
  status: 409,
  title: 'Illegal transition',
  detail: 'The current status of the order does not allow this change. Read the order to see its status.',
} as const satisfies ErrorKind;

export const usersUnavailable = {
  code: 'users_unavailable',
  status: 503,
  title: 'Users unavailable',
  detail:
    'The users service did not answer, so the buyer or the token could not be checked. Nothing was stored. Try again.',
  retryAfter: 1,
} as const satisfies ErrorKind;
