import {randomBytes} from 'node:crypto';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {serviceNames} from '../../tools/services.ts';
import {NotRun, oneLine, type Claim} from '../lib/claims.ts';
import type {Cluster} from './kube/cluster.ts';
import {upgrade} from './kube/release.ts';

/** How a claim is shown to be able to fail. */
export type Control =
  /** Values of the charts with which its check must fail. */
  | {values: () => string[]}
  /** The claim tries its own control, and fails if that passes. */
  | {own: string}
  /** Why no value makes it fail. */
  | {none: string};

const forEach = (...values: string[]): string[] => serviceNames.flatMap(of => values.map(value => `${of}.${value}`));

const volumesGo = {values: () => servicesWithDatabase.map(of => `${of}.mongodb.persistence.whenDeleted=Delete`)};

const withoutDrain = {values: () => forEach('rollout.preStopSeconds=0', 'rollout.drainSeconds=0')};
const ofTests = (command: string): Control => ({none: `no value of a chart does; ${command} makes that defect`});

/** The password of a database becomes an attribute of each span. */
const passwordInSpans = [
  'orders.extra.env[0].name=STOLEN',
  'orders.extra.env[0].valueFrom.secretKeyRef.name=orders-mongodb',
  'orders.extra.env[0].valueFrom.secretKeyRef.key=password',
  'orders.extra.env[1].name=OTEL_RESOURCE_ATTRIBUTES',
  'orders.extra.env[1].value=team=$(STOLEN)',
];

/** The control of each claim, by its title. */
export const controls: Record<string, Control> = {
  'the images hold only what runs': {none: 'what an image holds is no value of a chart'},
  'walking through the API inside the cluster': {values: () => forEach('auth.mode=token')},
  'upgrading with unchanged values changes nothing': {
    values: () => [`orders.podAnnotations.rendered=${randomBytes(4).toString('hex')}a`],
  },
  'orders stays up without users': ofTests('npm run defects -- breaker'),
  'network policies refuse strangers': {own: 'without policies, all connections open'},
  'a rolling restart under load fails no request': {own: 'without draining, requests fail'},
  'traces span both services': {values: () => ['users.tracing.endpoint=']},
  'secrets do not leak with auth.mode=token': {values: () => passwordInSpans},
  'secrets do not leak with auth.mode=open': {values: () => passwordInSpans},
  'reinstalling keeps the data': volumesGo,
  'plain objects for kubectl are valid': {none: 'they have no values'},
  'upgrading users leaves the rest alone': {
    values: () => [`orders.podAnnotations.rendered=${randomBytes(4).toString('hex')}a`],
  },
  'the objects of every set of values are valid': {none: 'it tries the values themselves'},
  'the charts install from their archives alone': {values: () => forEach('auth.mode=token')},
  'the documents can be followed': {none: 'the documents choose the values'},
  'upgrading to a missing image stops nothing': {values: () => forEach('replicaCount=0')},
  'an unreachable database restarts nothing': ofTests('npm run defects -- alive'),
  'the queries of dashboards and alerts return data': {values: () => forEach('networkPolicy.metricsFrom=null')},
  'an alert fires and clears': {values: () => forEach('networkPolicy.metricsFrom=null')},
  'a lost trace collector fails no request': {none: 'no value makes a service wait for its collector'},
  'tokens guard the API, and their keys rotate': {values: () => forEach('auth.mode=open')},
  'a release that is rolled back under load fails no request': withoutDrain,
  'a new database password under load fails no request': {
    none: 'at ten orders a second, pods that do not drain seldom fail one',
  },
  'a new image of MongoDB under load loses no order': {none: 'no value keeps an order that a lost volume had'},
  'one release becomes two with the same data': {none: 'no value loses the data of a volume that is kept'},
  'a restore brings the archive back once': ofTests('npm run defects -- restore'),
  'a replica set grows, survives a lost member, and shrinks': {none: 'the claim sets the number of members itself'},
  'random upgrades, rollbacks and reinstalls lose no order': volumesGo,
  'a volume grows under its pod': {none: 'a StatefulSet of any value keeps its size'},
  'each service works with the last release of the other': {values: () => forEach('auth.mode=token')},
  'pods that are deleted under load fail no request': withoutDrain,
  'pods that are killed under load lose no order': ofTests('npm run defects -- member'),
  'one intent is one order while pods are killed': ofTests('npm run defects -- keys'),
  'drained nodes fail no request': withoutDrain,
  'scaling to four pods and back fails no request': {values: () => forEach('config.CONNECTION_AGE_MS=0')},
  'an autoscaler that adds and removes a pod fails no request': {values: () => ['orders.autoscaling.enabled=false']},
  'a killed primary of three stops orders for 15 seconds at most': {values: () => ['orders.mongodb.replicaCount=1']},
  'elections every ten seconds lose no order': ofTests('npm run defects -- member'),
  'the only member of MongoDB is back within a minute': {none: 'no value makes a pod start slower'},
  'known buyers order while orders is cut from users': {values: () => ['orders.config.USERS_CACHE_STALE_MS=0']},
  'known buyers order without DNS': {values: () => ['orders.config.USERS_CACHE_STALE_MS=0']},
};

/** The control of a claim as a claim of its own, or why there is nothing to try. */
export function controlOf([title, check]: Claim<Cluster>): Claim<Cluster> | string {
  const control = controls[title];
  if (!control) throw new Error(`${title}: has no control`);
  if ('own' in control) return `its control is in it: ${control.own}`;
  if ('none' in control) return `control not run: ${control.none}`;
  return [`control of "${title}"`, cluster => red({...cluster, weakened: control.values}, check)];
}

/** A request that meets the weakness is a matter of chance, in some claims. */
const TRIES = 3;

/** @throws the error if it says that the check was not tried, or that helm refused an upgrade: then nothing was weak. */
function whyRed(error: Error): string {
  if (error instanceof NotRun || error.message.startsWith('helm ')) throw error;
  return oneLine(error);
}

/** @throws if the check passes whenever it is tried, or the charts refuse the values. */
async function red(weak: Cluster, check: Claim<Cluster>[1]): Promise<string> {
  await upgrade(weak);
  const values = weak.weakened().join(' ');
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const reason = await check(weak).then(() => undefined, whyRed);
    if (reason !== undefined) return `red, as it must be, with ${values}: ${reason.slice(0, 200)}`;
  }
  throw new Error(`the check passes with ${values}`);
}
