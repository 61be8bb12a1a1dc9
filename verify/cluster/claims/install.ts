import {newOrder, registration, startClient} from '../kube/client.ts';
import {forwarded} from '../kube/forward.ts';
import {databases, isReady, podsBy, restartsOf, services, settled, type Pod} from '../kube/objects.ts';
import {RELEASE, upgrade} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect, secondsSince, until} from '../../lib/until.ts';
import type {Call} from '../pods/call.ts';

/** From nothing to the first order, and then to the state that everything else starts from. */
export async function install(cluster: Cluster): Promise<string> {
  const start = performance.now();
  await upgrade(cluster);
  await until('a first order answered with 201', 240, () => placesOrder(cluster));
  const seconds = secondsSince(start);
  await settled(cluster, [...databases, ...services]);

  const pods = await podsBy(cluster);
  const running = pods.filter(pod => !isOfJob(pod));
  expect('pods that are not ready', running.filter(pod => !isReady(pod)).map(nameOf), []);
  expect('restarts', restartsOf(pods), 0);
  await cluster.helm(['test', RELEASE, '--timeout', '3m'], {seconds: 200});
  await startClient(cluster);
  return `first 201 order ${seconds} s after helm install; ${running.length} pods ready with 0 restarts; helm test passed`;
}

const nameOf = ({metadata}: Pod): string => metadata.name;

const isOfJob = ({metadata}: Pod): boolean => metadata.ownerReferences?.[0]?.kind === 'Job';

async function placesOrder(cluster: Cluster): Promise<boolean> {
  const user = await forwarded(cluster, 'users', base => send(base, registration()));
  const order = await forwarded(cluster, 'orders', base => send(base, newOrder(user.id, user.id)));
  return order.status === 201;
}

async function send(base: string, {method, url, headers, body}: Call): Promise<{status: number; id: string}> {
  const response = await fetch(new URL(new URL(url).pathname, base), {
    method,
    headers: {'content-type': 'application/json', ...headers},
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });
  const {id = ''} = (await response.json()) as {id?: string};
  return {status: response.status, id};
}
