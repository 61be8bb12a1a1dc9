import type {ExecutionContext} from 'ava';
import {newId} from '#platform/ids.ts';
import {openTestStore} from '#platform/test/open-test-store.ts';
import {startApp, testParts} from '#platform/test/start-app.ts';
import {createApp} from '../app.ts';
import type {FindUser} from '../orders.ts';
import {createStore} from '../store.ts';

export const buyer = newId();
export const book = {productId: 'book', quantity: 3, price: 19.99};

export const findBuyer: FindUser = id => Promise.resolve(id === buyer ? {id} : undefined);

/** A client of the orders API, which runs on a real MongoDB and asks this `findUser`. */
export async function startOrders(t: ExecutionContext, findUser = findBuyer, parts = testParts()) {
  const store = await openTestStore(t, createStore);
  return startApp(t, createApp(parts, {store, findUser, observe: () => undefined}));
}
