import test from 'ava';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {NAMESPACE, render} from '../../verify/lib/charts/render.ts';
import type {KubernetesObject} from '../../verify/lib/charts/kubernetes.ts';
import {dataOf, mayReach, partiesOf, policiesOf, reachedBy, type Party} from './reachability.ts';
import {
  defaults,
  everyJob,
  externalDatabase,
  noPolicies,
  openedPolicies,
  threeMembers,
} from '../../verify/lib/charts/value-sets.ts';
import {neighboursOf, services, type ValueSet} from '../../verify/lib/charts/values.ts';

const pod = (name: string, labels = {}, namespace = NAMESPACE): Party => ({name, labels, namespace, ports: {}});
const stranger = pod('a stranger');
const reader = pod('a reader of metrics', {}, 'monitoring');
const outside = (address: string): Party => ({name: address, labels: {}, address, ports: {}});

const together = (set: ValueSet): Promise<KubernetesObject[]> => render('duet', set);
const apart = async (set: ValueSet): Promise<KubernetesObject[]> =>
  (await Promise.all(services.map(service => render(service, set, {release: service})))).flat();

function partyNamed(name: string, objects: KubernetesObject[]): Party {
  const party = [...partiesOf(objects), stranger, reader].find(each => each.name === name);
  if (!party) throw new Error(`there is no ${name}`);
  return party;
}

const httpOf = (names: string[]): string[] => names.map(name => `Deployment/${name} http`).toSorted();

/** What the pods of a service reach: those that it calls, and its own database if it has one. */
const reachedFrom = (service: string): Record<string, string[]> => ({
  [`Deployment/${service}`]: [...httpOf(neighboursOf(service)), ...dataOf(service)],
  [`Pod/${service}-test`]: httpOf([service, ...neighboursOf(service)]),
});

const reachedFromDatabase = (service: string): Record<string, string[]> => ({
  [`StatefulSet/${service}-mongodb`]: dataOf(service),
  [`Job/${service}-mongodb-backup`]: dataOf(service),
  [`Job/${service}-mongodb-members`]: dataOf(service),
  [`Job/${service}-mongodb-setup`]: dataOf(service),
  [`CronJob/${service}-mongodb-backup`]: dataOf(service),
  [`CronJob/${service}-mongodb-restore`]: dataOf(service),
});

const reached: Record<string, string[]> = {
  ...(Object.assign({}, ...services.map(reachedFrom), ...servicesWithDatabase.map(reachedFromDatabase)) as Record<
    string,
    string[]
  >),
  'a stranger': [],
  'a reader of metrics': [],
};

for (const [how, install] of [
  ['together', together],
  ['apart', apart],
] as const) {
  test(`installed ${how}, every pod of the charts is in the table`, async t => {
    const names = partiesOf(await install(everyJob)).map(({name}) => name);

    t.deepEqual([...names, stranger.name, reader.name].toSorted(), Object.keys(reached).toSorted());
  });

  for (const [from, expected] of Object.entries(reached)) {
    test(`installed ${how}, ${from} reaches ${expected.join(' and ') || 'nothing'}`, async t => {
      const objects = await install(everyJob);

      t.deepEqual(reachedBy(partyNamed(from, objects), objects), expected);
    });
  }
}

test('each member reaches the others of its set', async t => {
  const objects = await together(threeMembers);

  t.deepEqual(reachedBy(partyNamed('StatefulSet/users-mongodb', objects), objects), dataOf('users'));
});

test('a pod in networkPolicy.callers reaches the APIs and nothing else', async t => {
  const caller = pod('a caller', {app: 'shop-window'});

  t.deepEqual(reachedBy(caller, await together(openedPolicies)), httpOf([...services]));
});

test('a pod in networkPolicy.metricsFrom reaches the ops ports and nothing else', async t => {
  const ops = services.map(service => `Deployment/${service} ops`);

  t.deepEqual(reachedBy(reader, await together(openedPolicies)), ops);
});

test('control: without policies a stranger reaches every port', async t => {
  const each = services.flatMap(service => [
    `Deployment/${service} http`,
    `Deployment/${service} ops`,
    ...dataOf(service),
  ]);

  t.deepEqual(reachedBy(stranger, await together(noPolicies)), each.toSorted());
});

const egress: [set: ValueSet, address: string, port: number, protocol: 'TCP' | 'UDP', allowed: boolean][] = [
  [defaults, '10.20.0.1', 53, 'UDP', true],
  [defaults, '10.20.0.1', 53, 'TCP', true],
  [defaults, '10.20.0.1', 5353, 'UDP', false],
  [defaults, '10.20.0.1', 27017, 'TCP', false],
  [defaults, '10.30.0.1', 443, 'TCP', false],
  [openedPolicies, '10.20.0.1', 5353, 'UDP', true],
  [openedPolicies, '10.30.0.1', 443, 'TCP', true],
  [externalDatabase, '10.20.0.1', 27017, 'TCP', true],
  [externalDatabase, '10.20.0.1', 443, 'TCP', false],
  [externalDatabase, '10.21.0.1', 27017, 'TCP', false],
];

for (const [set, address, port, protocol, allowed] of egress) {
  test(`with ${set.name}, users ${allowed ? 'reaches' : 'does not reach'} ${address}:${port} by ${protocol}`, async t => {
    const objects = await together(set);
    const users = partyNamed('Deployment/users', objects);

    t.is(mayReach(policiesOf(objects), users, outside(address), {port, protocol}), allowed);
  });
}

test('only helm test pods reach an address outside the cluster', async t => {
  const objects = await together(everyJob);
  const reaching = partiesOf(objects).filter(from =>
    mayReach(policiesOf(objects), from, outside('203.0.113.1'), {port: 443}),
  );

  t.deepEqual(
    reaching.map(({name}) => name),
    services.map(service => `Pod/${service}-test`),
  );
});
