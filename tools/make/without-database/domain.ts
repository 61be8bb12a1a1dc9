import type {Edit} from '../edits.ts';

/** The domain: a total without a store. */
export const domain: Edit[] = [
  {
    from: 'import {AppError, changed',
    to: "import {toCents, totalOf} from './money.ts'",
    by: `import {AppError, forbidden, invalid} from '#platform/errors.ts';
import {unknownUser, type NewOrder} from './contract.ts';
`,
  },
  {replace: '  id: string;\n  userId: string;\n', by: '  userId: string;\n'},
  {from: '  status: OrderStatus;\n  createdAt', to: '};\n\n/** The idempotency key'},
  {from: '/** The idempotency key', to: '/**\n * Finds a user'},
  {replace: "(event: 'placed' | 'replayed' | 'moved', order: Order)", by: '(order: Order)'},
  {replace: '{store: OrderStore; findUser', by: '{findUser'},
  {from: 'export type Placed =', to: '/** A new order with its buyer'},
  {replace: 'including the call to users and MongoDB', by: 'including the calls to other services'},
  {
    from: '/**\n * Places an order.',
    to: 'function buyerOf',
    by: `/**
 * Says what an order costs, and stores nothing.
 * @throws AppError \`forbidden\` for an order in another user's name, \`unknown_user\`, \`users_unavailable\`.
 */
export async function placeOrder(deps: Deps, caller: Principal, {userId, ...input}: NewOrder): Promise<Order> {
  // Spread, so that no field of a later contract is lost.
  const purchase = {userId: buyerOf(caller, userId), ...input};
  const order = await withDeadline(PLACE_WITHIN_MS, () => orderOf(deps, caller, purchase));
  deps.observe(order);
  return order;
}

`,
  },
  {
    from: 'async function placeOnce',
    by: `async function orderOf({findUser}: Deps, caller: Principal, input: Purchase): Promise<Order> {
  const buyer = await findUser(input.userId, caller.token);
  if (!buyer) throw new AppError(unknownUser);
  const products = input.products.map(({price, ...product}) => ({...product, cents: toCents(price)}));
  return {...input, products, totalCents: totalOf(products)};
}
`,
  },
];
