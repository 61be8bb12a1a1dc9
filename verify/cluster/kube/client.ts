import type {Answer, Call} from '../pods/call.ts';
import {runScript, startPod} from './pods.ts';
import {expect, until} from '../../lib/until.ts';
import type {Cluster} from './cluster.ts';

/** The name of the pod that may call both services, as another application would. */
export const CLIENT = 'prove-client';

/** Starts the client, and waits until network policies let it in: a node's packet filter learns of a new pod with some delay. */
export async function startClient(cluster: Cluster): Promise<void> {
  await startPod(cluster, CLIENT, {labels: {'users-client': 'true', 'orders-client': 'true'}});
  await until('every call of the client let in', 60, async () => {
    const answers = await callAll(cluster, CALLS_ON_EVERY_POD);
    return answers.every(({status}) => status > 0);
  });
}

/** Ends the client and forgets it. */
export const stopClient = ({kubectl}: Cluster): Promise<string> =>
  kubectl(['delete', 'pod', CLIENT, '--ignore-not-found'], {seconds: 60});

// Each call opens a connection, so all of a service's two pods are met, except in 1 of 512 cases.
const CALLS_ON_EVERY_POD: Call[] = Array.from({length: 10}, () => ['users', 'orders'])
  .flat()
  .map(service => ({method: 'GET', url: `http://${service}/api/${service}/507f1f77bcf86cd799439011`}));

/** Sends the calls through the Services, one after the other, each on a new connection. */
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

export const readUser = (id: string): Call => ({method: 'GET', url: `http://users/api/users/${id}`});

export const readOrder = (id: string): Call => ({method: 'GET', url: `http://orders/api/orders/${id}`});

/** Registers a new user. Returns its id. */
export async function register(cluster: Cluster, user = registration()): Promise<string> {
  const {status, body} = await call(cluster, user);
  expect('status of a registration', status, 201);
  return body.id ?? '';
}

/** Places orders of this user. Returns their ids. */
export async function placeOrders(cluster: Cluster, userId: string, count: number): Promise<string[]> {
  const prefix = Date.now().toString(36);
  const calls = Array.from({length: count}, (_, index) => newOrder(userId, `${prefix}-${index}`));
  const answers = await callAll(cluster, calls);
  expect('statuses of new orders', [...new Set(answers.map(({status}) => status))], [201]);
  return answers.map(({body}) => body.id ?? '');
}

/** Reads in one script, which has 90 seconds. */
const READ_AT_ONCE = 2_000;

/** Adds to a call what its caller sends with each, such as a token. */
type Caller = (call: Call) => Call;

const anybody: Caller = call => call;

/** The orders that this caller cannot read, each with the answer. */
export async function missingOf(cluster: Cluster, ids: string[], caller = anybody): Promise<string[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < ids.length; start += READ_AT_ONCE) {
    const reads = ids.slice(start, start + READ_AT_ONCE).map(id => caller(readOrder(id)));
    answers.push(...(await callAll(cluster, reads)));
  }
  return ids.flatMap((id, index) => {
    const {status = 0, body} = answers[index] ?? {};
    return status === 200 && body?.id === id ? [] : [`${id}: ${status} ${body?.code ?? ''}`];
  });
}

/** Waits until every order can be read: a database or a Service that has just moved may not answer yet. A lost order stays lost. */
export async function untilReadable(cluster: Cluster, ids: string[], caller = anybody): Promise<void> {
  await until('every order readable', 120, async () => {
    expect(`missing of ${ids.length} orders`, await missingOf(cluster, ids, caller), []);
    return true;
  });
}
