import {servicesWithDatabase} from '../../../tools/databases.ts';
import {hasDatabase, neighboursOf, readServices, serviceNames} from '../../../tools/services.ts';
import {labelsOf} from '../kube/objects.ts';
import {runScript, startPod} from '../kube/pods.ts';
import {upgrade, upgradeAndSettle} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect, until} from '../../lib/until.ts';
import type {Outcome} from '../pods/probe.ts';

type Outcomes = Record<string, Outcome>;

/** A pod with these labels, the connections that it may not open, and those that it may. */
type Role = {labels: Record<string, string>; closed: string[]; open: string[]};
type Roles = Record<string, Role>;

const apiOf = (name: string): string => `${name}:80`;
const databaseOf = (name: string): string => `${name}-mongodb:27017`;
const places = [
  ...serviceNames.flatMap(name => [apiOf(name), `${name}-ops:9090`]),
  ...servicesWithDatabase.map(databaseOf),
];

/** A stranger, and a pod with the labels of each service. */
async function rolesIn(cluster: Cluster): Promise<Roles> {
  const roles: Roles = {stranger: {labels: {}, closed: places, open: []}};
  for (const service of await readServices()) {
    const {name} = service;
    const open = [...(hasDatabase(service) ? [databaseOf(name)] : []), ...neighboursOf(service).map(apiOf)];
    const closed = places.filter(place => !open.includes(place) && !place.startsWith(`${name}:`));
    roles[`as-${name}`] = {labels: await labelsOf(cluster, `deployment/${name}`), closed, open};
  }
  return roles;
}

const OFF = [...serviceNames, ...servicesWithDatabase.map(name => `${name}.mongodb`)].map(
  of => `${of}.networkPolicy.enabled=false`,
);

/** Network policies let only the intended callers in. As the control, all connections open without the policies. */
export async function networkPolicy(cluster: Cluster): Promise<string> {
  const roles = await rolesIn(cluster);
  // Not ready, so that no Service sends requests to a pod that only looks like one of its own.
  for (const [name, {labels}] of Object.entries(roles)) await startPod(cluster, name, {labels, isReady: false});

  try {
    await untilEnforced(cluster, roles);
    await upgrade(cluster, OFF);
    await until(
      'every connection open without the policies',
      60,
      async () => (await closedFor(cluster, roles)).length === 0,
    );
    await upgradeAndSettle(cluster);
    await untilEnforced(cluster, roles);
  } finally {
    await cluster.kubectl(['delete', 'pod', ...Object.keys(roles), '--wait=false']);
  }
  const count = (what: 'closed' | 'open') => Object.values(roles).reduce((sum, role) => sum + role[what].length, 0);
  return `${count('closed')} of ${count('closed')} forbidden connections refused, ${count('open')} of ${count('open')} allowed ones opened (control without policies: 0 refused)`;
}

/** A node's packet filter learns of new pods and policies with some delay. */
async function untilEnforced(cluster: Cluster, roles: Roles): Promise<void> {
  const expected = Object.entries(roles).flatMap(([role, {closed}]) => closed.map(place => `${role} → ${place}`));
  await until('only the forbidden connections closed', 60, async () => {
    expect('closed', (await closedFor(cluster, roles)).toSorted(), expected.toSorted());
    return true;
  });
}

async function closedFor(cluster: Cluster, roles: Roles): Promise<string[]> {
  const closed: string[] = [];
  for (const [role, {closed: forbidden, open}] of Object.entries(roles)) {
    const outcomes = await runScript<Outcomes>(cluster, role, 'probe.ts', [...forbidden, ...open]);
    const refused = Object.entries(outcomes).filter(([, outcome]) => outcome !== 'open');
    closed.push(
      ...refused.map(([place, outcome]) => `${role} → ${place}${outcome === 'closed' ? '' : ` (${outcome})`}`),
    );
  }
  return closed;
}
