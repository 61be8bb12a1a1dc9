import * as z from 'zod';
import {forbidden, keyReused, outcomeUnknown} from '#platform/errors.ts';
import {openApiDocument} from '#platform/openapi.ts';
import {nextLink} from '#platform/pages.ts';
import {routesFor} from '#platform/router.ts';
import {
  IdempotencyKey,
  illegalTransition,
  NewOrder,
  OrderBody,
  orderNotFound,
  OrderPath,
  OrdersQuery,
  StatusChange,
  unknownUser,
  usersUnavailable,
} from './contract.ts';
import {fromCents} from './money.ts';
import {changeStatus, findOrder, listOrders, placeOrder, type Deps, type Order} from './orders.ts';

const route = routesFor<Deps>();

/** The order as sent to clients: prices in decimals instead of cents. */
const toWire = ({products, totalCents, ...order}: Order) => ({
  ...order,
  products: products.map(({cents, ...product}) => ({...product, price: fromCents(cents)})),
  total: fromCents(totalCents),
});

export const routes = [
  route({
    id: 'placeOrder',
    summary: 'Place an order',
    method: 'post',
    path: '/api/orders',
    access: 'user',
    input: {headers: IdempotencyKey, body: NewOrder},
    status: 201,
    answer: OrderBody,
    answerHeaders: ['Location', 'Idempotency-Replayed'],
    versioned: true,
    problems: [unknownUser, forbidden, usersUnavailable, keyReused, outcomeUnknown],
    async handle(ctx, {headers, body}, deps, caller) {
      const {order, replayed} = await placeOrder(deps, caller, body, headers['idempotency-key']);
      ctx.set({Location: `/api/orders/${order.id}`, ...(replayed && {'Idempotency-Replayed': 'true'})});
      return toWire(order);
    },
  }),

  route({
    id: 'listOrders',
    summary: 'List orders, newest first',
    method: 'get',
    path: '/api/orders',
    access: 'user',
    input: {query: OrdersQuery},
    heavy: true,
    status: 200,
    answer: z.array(OrderBody),
    answerHeaders: ['Link'],
    problems: [orderNotFound, usersUnavailable],
    async handle(ctx, {query: {cursor, ...query}}, deps, caller) {
      const page = await listOrders(deps, caller, {
        userId: query.userId,
        status: query.status,
        limit: query.limit,
        after: cursor,
      });
      ctx.set(nextLink('/api/orders', query, page.next));
      return page.items.map(toWire);
    },
  }),

  route({
    id: 'getOrder',
    summary: 'Read an order',
    method: 'get',
    path: '/api/orders/:id',
    access: 'user',
    input: {params: OrderPath},
    status: 200,
    answer: OrderBody,
    versioned: true,
    absent: orderNotFound,
    problems: [usersUnavailable],
    handle: async (_ctx, {params}, deps, caller) => toWire(await findOrder(deps, caller, params.id)),
  }),

  route({
    id: 'changeStatus',
    summary: "Change an order's status",
    method: 'patch',
    path: '/api/orders/:id',
    access: 'user',
    input: {params: OrderPath, body: StatusChange},
    status: 200,
    answer: OrderBody,
    versioned: true,
    absent: orderNotFound,
    problems: [forbidden, illegalTransition, usersUnavailable, outcomeUnknown],
    handle: async (_ctx, {params, body, versions}, deps, caller) =>
      toWire(await changeStatus(deps, caller, params.id, body.status, versions)),
  }),
];

export const document = openApiDocument(
  {title: 'Orders', description: 'Takes orders of users, and tracks them from pending to delivered.'},
  routes,
);
