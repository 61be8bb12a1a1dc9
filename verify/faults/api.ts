import {call, type Answer} from '../lib/client.ts';
import type {System} from './system.ts';

// API calls that several claims make.

/** An order of one product. A product id that no other order has makes the order recognizable. */
export const orderOf = (userId: string, productId: string) => ({
  userId,
  products: [{productId, quantity: 1, price: 1}],
});

/** The user places an order with this idempotency key, which is its product id as well. */
export const placeOrder = async ({auth, orders}: System, userId: string, key: string): Promise<Answer> =>
  call('POST', `${orders.url}/api/orders`, {
    headers: {'idempotency-key': key, ...(await auth.user(userId))},
    json: orderOf(userId, key),
  });

export const registration = (username: string) => ({
  username,
  email: `${username}@example.com`,
  password: 'correct horse',
});

export function credentialsOf(username: string) {
  const {email, password} = registration(username);
  return {email, password};
}

export const register = async ({users}: System, name: string): Promise<string> =>
  created(await call('POST', `${users.url}/api/users`, {json: registration(name)}));

/** One at a time, because hashing each password takes a core about 33 ms. */
export async function registerMany(system: System, name: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push(await register(system, `${name}-${ids.length}`));
  return ids;
}

/** The id of what the call created. @throws if it created nothing. */
export function created({status, code, body}: Answer): string {
  if (status !== 201) throw new Error(`expected status 201, got ${status} ${code}`);
  return String(body['id']);
}

/** An id that no user has. */
export const nobody = (index: number): string => String(index).padStart(24, '0');
