import {call, type Answer} from './client.ts';
import type {System} from './system.ts';

// The calls that more than one experiment makes.

/** An order that can be told from all others by its only product. */
export const orderOf = (userId: string, productId: string) => ({
  userId,
  products: [{productId, quantity: 1, price: 1}],
});

/** An order whose product is its key. */
export const placeOrder = ({orders}: System, userId: string, key: string): Promise<Answer> =>
  call('POST', `${orders.url}/api/orders`, {headers: {'idempotency-key': key}, json: orderOf(userId, key)});

export const registration = (username: string) => ({
  username,
  email: `${username}@example.com`,
  password: 'correct horse',
});

export const register = async ({users}: System, name: string): Promise<string> =>
  created(await call('POST', `${users.url}/api/users`, {json: registration(name)}));

/** One after the other, since the hash of each password takes a core some 33 ms. */
export async function registerMany(system: System, name: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push(await register(system, `${name}-${ids.length}`));
  return ids;
}

/** The id of what the call created, without which there is nothing to try anything on. */
export function created({status, code, body}: Answer): string {
  if (status !== 201) throw new Error(`not created: ${status} ${code}`);
  return String(body['id']);
}

/** An id that no user has. */
export const nobody = (index: number): string => String(index).padStart(24, '0');
