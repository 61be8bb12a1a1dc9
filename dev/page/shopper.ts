import {randomBytes, randomInt, randomUUID} from 'node:crypto';
import {exchange, type Exchange} from './client.ts';

export type Urls = {users: string; orders: string};

const products = [{productId: 'book', quantity: 3, price: 19.99}];

/** A user who has registered, as far as the page needs it: what it places, places again, and reads. */
export type Shopper = {
  place(key: string, userId?: string): Promise<Exchange>;
  read(orderId: string): Promise<Exchange>;
};

/** Registers a user with a random name; with AUTH=token logs in as well. Returns the exchange, and the user if it worked. */
export async function registerShopper(urls: Urls, isTokenMode: boolean): Promise<[Exchange, Shopper | undefined]> {
  const name = `visitor-${randomInt(1_000_000)}`;
  const credentials = {email: `${name}@example.com`, password: randomUUID()};
  const registered = await exchange({
    method: 'POST',
    url: `${urls.users}/api/users`,
    json: {username: name, ...credentials},
  });
  if (registered.status !== 201) return [registered, undefined];

  const {id} = JSON.parse(registered.body) as {id: string};
  const headers = isTokenMode ? await authorizationOf(urls, credentials) : {};
  return [registered, shopper(urls, id, headers)];
}

async function authorizationOf({users}: Urls, credentials: object): Promise<Record<string, string>> {
  const session = await exchange({method: 'POST', url: `${users}/api/sessions`, json: credentials});
  const {accessToken = ''} = session.status === 201 ? (JSON.parse(session.body) as {accessToken?: string}) : {};
  return {authorization: `Bearer ${accessToken}`};
}

const shopper = ({orders}: Urls, id: string, headers: Record<string, string>): Shopper => ({
  place: (key, userId = id) =>
    exchange({
      method: 'POST',
      url: `${orders}/api/orders`,
      headers: {...headers, 'idempotency-key': key},
      json: {userId, products},
    }),
  read: orderId => exchange({method: 'GET', url: `${orders}/api/orders/${orderId}`, headers}),
});

/** An id that no user has. */
export const stranger = (): string => randomBytes(12).toString('hex');
