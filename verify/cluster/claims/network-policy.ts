import {serviceNames} from '../../../tools/services.ts';
import {labelsOf} from '../kube/objects.ts';
import {runScript, startPod} from '../kube/pods.ts';
import {upgrade, upgradeAndSettle} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect, until} from '../../lib/until.ts';
import type {Outcome} from '../pods/probe.ts';

type Outcomes = Record<string, Outcome>;

const usersMongodb = 'users-mongodb:27017';
const ordersMongodb = 'orders-mongodb:27017';

/** The connections that each pod may not open, and those that it may. */
const roles = {
  stranger: {
    closed: [usersMongodb, ordersMongodb, 'users:80', 'orders:80', 'users-ops:9090', 'orders-ops:9090'],
    open: [],
  },
  'as-orders': {closed: [usersMongodb, 'users-ops:9090'], open: [ordersMongodb, 'users:80']},
};

const OFF = serviceNames.flatMap(name => [
  `${name}.networkPolicy.enabled=false`,
  `${name}.mongodb.networkPolicy.enabled=false`,
]);

/** Network policies let only the intended callers in. As the control, all connections open without the policies. */
export async function networkPolicy(cluster: Cluster): Promise<string> {
  await startPod(cluster, 'stranger', {});
  await startPod(cluster, 'as-orders', {labels: await labelsOf(cluster, 'deployment/orders'), isReady: false});

  try {
    await untilEnforced(cluster);
    await upgrade(cluster, OFF);
    await until('every connection open without the policies', 60, async () => (await closedFor(cluster)).length === 0);
    await upgradeAndSettle(cluster);
    await untilEnforced(cluster);
  } finally {
    await cluster.kubectl(['delete', 'pod', 'stranger', 'as-orders', '--wait=false']);
  }
  const {stranger, 'as-orders': orders} = roles;
  const count = stranger.closed.length + orders.closed.length;
  return `${count} of ${count} forbidden connections refused, ${orders.open.length} of ${orders.open.length} allowed ones opened (control without policies: 0 refused)`;
}

/** A node's packet filter learns of new pods and policies with some delay. */
async function untilEnforced(cluster: Cluster): Promise<void> {
  const closed = Object.entries(roles).flatMap(([role, places]) => places.closed.map(place => `${role} → ${place}`));
  await until('only the forbidden connections closed', 60, async () => {
    expect('closed', (await closedFor(cluster)).toSorted(), closed.toSorted());
    return true;
  });
}

async function closedFor(cluster: Cluster): Promise<string[]> {
  const closed: string[] = [];
  for (const [role, places] of Object.entries(roles)) {
    const outcomes = await runScript<Outcomes>(cluster, role, 'probe.ts', [...places.closed, ...places.open]);
    const shut = Object.entries(outcomes).filter(([, outcome]) => outcome !== 'open');
    closed.push(...shut.map(([place, outcome]) => `${role} → ${place}${outcome === 'closed' ? '' : ` (${outcome})`}`));
  }
  return closed;
}
