import type {Claim} from '../../lib/claims.ts';
import type {Cluster} from '../kube/cluster.ts';
import {disturbed} from './disturbed.ts';
import {elections, onlyMember, primaryKilled} from './mongodb.ts';
import {cutFromUsers, withoutDns} from './network.ts';
import {nodesDrained, oneIntent, podsDeleted, podsKilled} from './pods.ts';
import {autoscaled, scaled} from './scaling.ts';

/** What happens to the pods of the services under load, for which a run needs nothing but kubectl. */
export const onAnyRelease: Claim<Cluster>[] = [
  ['pods that are deleted under load fail no request', disturbed(podsDeleted)],
  ['pods that are killed under load lose no order', disturbed(podsKilled)],
  ['one intent is one order while pods are killed', disturbed(oneIntent)],
];

/** What happens under load, each with more than 10,000 requests. */
export const disturbances: Claim<Cluster>[] = [
  ...onAnyRelease,
  ['drained nodes fail no request', disturbed(nodesDrained)],
  ['scaling to four pods and back fails no request', disturbed(scaled)],
  ['an autoscaler that adds and removes a pod fails no request', disturbed(autoscaled)],
  ['a killed primary of three stops orders for 15 seconds at most', disturbed(primaryKilled)],
  ['elections every ten seconds lose no order', disturbed(elections)],
  ['the only member of MongoDB is back within a minute', disturbed(onlyMember)],
  ['known buyers order while orders is cut from users', disturbed(cutFromUsers)],
  ['known buyers order without DNS', disturbed(withoutDns)],
];
