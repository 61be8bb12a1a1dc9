import type {Claim} from '../lib/claims.ts';
import type {Cluster} from './kube/cluster.ts';
import {alerts} from './claims/alerts.ts';
import {archives} from './claims/archives.ts';
import {collectorAway} from './claims/collector-away.ts';
import {databasePassword} from './claims/database-password.ts';
import {disturbances} from './disturbances/disturbances.ts';
import {growVolume} from './claims/grow-volume.ts';
import {imageContent} from './claims/image-content.ts';
import {documents} from './claims/documents.ts';
import {mongodbImage} from './claims/mongodb-image.ts';
import {networkPolicy} from './claims/network-policy.ts';
import {oneService} from './claims/one-service.ts';
import {plainObjects} from './claims/plain-objects.ts';
import {queries} from './claims/queries.ts';
import {reinstall} from './claims/reinstall.ts';
import {replicaSet} from './claims/replica-set.ts';
import {restore} from './claims/restore.ts';
import {rollBack} from './claims/roll-back.ts';
import {rollingRestart} from './claims/rolling-restart.ts';
import {secretsIn} from './claims/secrets.ts';
import {sequences} from './claims/sequences.ts';
import {tokens} from './claims/tokens.ts';
import {traces} from './claims/traces.ts';
import {twoReleases} from './claims/two-releases.ts';
import {unchanged} from './claims/unchanged.ts';
import {usersAway} from './claims/users-away.ts';
import {everyValueSet} from './claims/value-sets.ts';
import {versionSkew} from './claims/version-skew.ts';
import {walk} from './claims/walk.ts';
import {wrongDatabase} from './claims/wrong-database.ts';
import {wrongImage} from './claims/wrong-image.ts';

/** What `--quick` checks: ten minutes of claims that together use every part. */
export const quick: Claim<Cluster>[] = [
  ['the images hold only what runs', imageContent],
  ['walking through the API inside the cluster', walk],
  ['upgrading with unchanged values changes nothing', unchanged],
  ['orders stays up without users', usersAway],
  ['network policies refuse strangers', networkPolicy],
  ['a rolling restart under load fails no request', rollingRestart],
  ['traces span both services', traces],
  ['secrets do not leak with auth.mode=token', secretsIn('token')],
  ['reinstalling keeps the data', reinstall],
];
/** The other claims. */
export const thorough: Claim<Cluster>[] = [
  ['plain objects for kubectl are valid', plainObjects],
  ['upgrading users leaves the rest alone', oneService],
  ['the objects of every set of values are valid', everyValueSet],
  ['the charts install from their archives alone', archives],
  ['the documents can be followed', documents],
  ['upgrading to a missing image stops nothing', wrongImage],
  ['an unreachable database restarts nothing', wrongDatabase],
  ['the queries of dashboards and alerts return data', queries],
  ['an alert fires and clears', alerts],
  ['a lost trace collector fails no request', collectorAway],
  ['secrets do not leak with auth.mode=open', secretsIn('open')],
  ['tokens guard the API, and their keys rotate', tokens],
  ['a release that is rolled back under load fails no request', rollBack],
  ['a new database password under load fails no request', databasePassword],
  ['a new image of MongoDB under load loses no order', mongodbImage],
  ['one release becomes two with the same data', twoReleases],
  ['a restore brings the archive back once', restore],
  ['a replica set grows, survives a lost member, and shrinks', replicaSet],
  ['random upgrades, rollbacks and reinstalls lose no order', sequences],
  ['a volume grows under its pod', growVolume],
  ['each service works with the last release of the other', versionSkew],
  ...disturbances,
];
