import type {Answer, Call} from '../pods/call.ts';
import {runScript, startPod} from './pods.ts';
import {expect, until} from '../../lib/until.ts';
import type {Cluster} from './cluster.ts';

/** The pod that may call both services, as an application beside them would. */
export const CLIENT = 'client';

/** Starts it, and waits until it is let in: its address reaches each node's packet filter some moments after it runs. */
export async function startClient(cluster: Cluster): Promise<void> {
  await startPod(cluster, CLIENT, {labels: {'users-client': 'true', 'orders-client': 'true'}});
  await until('every call of the client is let in', 60, async () => {
    const answers = await callAll(cluster, CALLS_ON_EVERY_POD);
    return answers.every(({status}) => status > 0);
  });
}

// Each is a connection of its own, so with two pods of each service hardly one is left out (2 in 2^9).
const CALLS_ON_EVERY_POD: Call[] = Array.from({length: 10}, () => ['users', 'orders'])
  .flat()
  .map(service => ({method: 'GET', url: `http://${service}/api/${service}/507f1f77bcf86cd799439011`}));

/** Sends these through the Services, one after the other, each on a connection of its own. */
export const callAll = (cluster: Cluster, calls: Call[]): Promise<Answer[]> =>
  runScript(cluster, CLIENT, 'call.ts', calls);

export async function call(cluster: Cluster, request: Call): Promise<Answer> {
  const [answer] = await callAll(cluster, [request]);
  if (!answer) throw new Error(`${request.method} ${request.url}: no answer`);
  return answer;
}

let registered = 0;

export const registration = (): Call => {
  registered += 1;
  const name = `ann-${registered}-${Date.now().toString(36)}`;
  const body = {username: name, email: `${name}@example.com`, password: 'correct horse'};
  return {method: 'POST', url: 'http://users/api/users', body};
};

const products = [{productId: 'book', quantity: 3, price: 19.99}];

export const newOrder = (userId: string, key: string): Call => ({
  method: 'POST',
  url: 'http://orders/api/orders',
  headers: {'idempotency-key': key},
  body: {userId, products},
});

export const readOrder = (id: string): Call => ({method: 'GET', url: `http://orders/api/orders/${id}`});

/** The id of a user made just now. */
export async function register(cluster: Cluster): Promise<string> {
  const {status, body} = await call(cluster, registration());
  expect('registering a user', status, 201);
  return body.id ?? '';
}

/** The ids of this many orders of the user, made just now. */
export async function placeOrders(cluster: Cluster, userId: string, count: number): Promise<string[]> {
  const prefix = Date.now().toString(36);
  const calls = Array.from({length: count}, (_, index) => newOrder(userId, `${prefix}-${index}`));
  const answers = await callAll(cluster, calls);
  expect('statuses of new orders', [...new Set(answers.map(({status}) => status))], [201]);
  return answers.map(({body}) => body.id ?? '');
}

/** Those of the orders that cannot be read, each with what was answered. */
export async function missingOf(cluster: Cluster, ids: string[]): Promise<string[]> {
  const answers = await callAll(cluster, ids.map(readOrder));
  return ids.flatMap((id, index) => {
    const {status = 0, body} = answers[index] ?? {};
    return status === 200 && body?.id === id ? [] : [`${id}: ${status} ${body?.code ?? ''}`];
  });
}
