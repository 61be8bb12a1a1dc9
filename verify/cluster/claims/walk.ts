import {call, newOrder, readOrder, register} from '../kube/client.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';

/** The API works from inside the cluster, at the names of the Services, as another application would call it. */
export async function walk(cluster: Cluster): Promise<string> {
  const userId = await register(cluster);
  const placed = await call(cluster, newOrder(userId, `walk-${userId}`));
  const replay = await call(cluster, newOrder(userId, `walk-${userId}`));
  const order = readOrder(placed.body.id ?? '');
  const paid = await call(cluster, {...order, method: 'PATCH', body: {status: 'paid'}});
  const unknown = await call(cluster, newOrder('0'.repeat(24), `walk-unknown-${userId}`));
  const read = await call(cluster, order);

  expect('placing', [placed.status, placed.body.status], [201, 'pending']);
  expect('replaying', [replay.status, replay.headers['idempotency-replayed'], replay.body], [201, 'true', placed.body]);
  expect('paying', [paid.status, paid.body.status], [200, 'paid']);
  expect('an unknown buyer', [unknown.status, unknown.body.code], [400, 'unknown_user']);
  expect('reading', [read.status, read.body], [200, paid.body]);
  return '6 of 6 answers as documented (register, order, replay, pay, unknown buyer, read)';
}
