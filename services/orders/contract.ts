import * as z from 'zod';
import type {ErrorKind} from '#platform/errors.ts';
import {idempotencyHeaders} from '#platform/idempotency.ts';
import {Id} from '#platform/ids.ts';
import {pageQuery} from '#platform/pages.ts';
import {text} from '#platform/validate.ts';

/** A price goes over the wire as a decimal number. `multipleOf: 0.01` would refuse 19.99, which no binary fraction equals. */
const Price = z
  .number()
  .min(0)
  .max(1_000_000)
  .refine(price => Math.round(price * 100) / 100 === price, 'must have at most two decimal places')
  .meta({description: 'A decimal number with at most two places', example: 19.99});

const Product = z.strictObject({
  productId: text(1, 64).meta({example: 'book'}),
  quantity: z.int().min(1).max(10_000).meta({example: 3}),
  price: Price,
});

export const OrderStatus = z.enum(['pending', 'paid', 'shipped', 'delivered', 'cancelled']);
export type OrderStatus = z.output<typeof OrderStatus>;

export const NewOrder = z
  .strictObject({
    userId: Id.optional().meta({description: 'The buyer; with a token it may be left out, and is the caller'}),
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

export const OrderPath = z.strictObject({id: Id});
export const OrdersQuery = z.strictObject({userId: Id.optional(), status: OrderStatus.optional(), ...pageQuery});
export const IfMatch = z.object({'if-match': z.string().optional()});
export const IdempotencyKey = z.object(idempotencyHeaders);

export const unknownUser = {
  code: 'unknown_user',
  status: 400,
  title: 'User not found',
  detail: 'No user has the id that the order names as its buyer.',
} as const satisfies ErrorKind;

export const orderNotFound = {
  code: 'order_not_found',
  status: 404,
  title: 'Order not found',
  detail: 'There is no such order, or none that the caller may see.',
} as const satisfies ErrorKind;

export const illegalTransition = {
  code: 'illegal_transition',
  status: 409,
  title: 'Illegal transition',
  detail: 'An order does not go from its status to this one.',
} as const satisfies ErrorKind;

export const usersUnavailable = {
  code: 'users_unavailable',
  status: 503,
  title: 'Users unavailable',
  detail:
    'The users service could not be asked about the buyer, or for the keys of tokens. Nothing was stored; try again.',
  retryAfter: 1,
} as const satisfies ErrorKind;
