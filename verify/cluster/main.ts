import {readConfig} from '#platform/config.ts';
import {run, type Run} from '../lib/run.ts';
import {buildImages, removeImages} from './kube/images.ts';
import {deleteNamespace, makeNamespace, requireOurs} from './kube/namespace.ts';
import {makeScripts} from './kube/pods.ts';
import {prove, type Proof} from './kube/prove.ts';
import {currentCluster, type Stage} from './kube/stage.ts';
import {settings, type ProofConfig} from './config.ts';
import {alerts} from './claims/alerts.ts';
import {collectorAway} from './claims/collector-away.ts';
import {imageContent} from './claims/image-content.ts';
import {install} from './claims/install.ts';
import {networkPolicy} from './claims/network-policy.ts';
import {oneService} from './claims/one-service.ts';
import {plainObjects} from './claims/plain-objects.ts';
import {queries} from './claims/queries.ts';
import {reinstall} from './claims/reinstall.ts';
import {replicaSet} from './claims/replica-set.ts';
import {rollingRestart} from './claims/rolling-restart.ts';
import {secrets} from './claims/secrets.ts';
import {tokens} from './claims/tokens.ts';
import {traces} from './claims/traces.ts';
import {unchanged} from './claims/unchanged.ts';
import {usersAway} from './claims/users-away.ts';
import {walk} from './claims/walk.ts';
import {wrongDatabase} from './claims/wrong-database.ts';
import {wrongImage} from './claims/wrong-image.ts';

// `npm run prove`: what the README promises of a cluster, tried on the one of the current kubectl context.
// Words after it choose claims by their titles; the installation is always made.

const first: Proof = ['installing', install];
const others: Proof[] = [
  ['the images', imageContent],
  ['walking through the API inside the cluster', walk],
  ['upgrading with unchanged values', unchanged],
  ["upgrading users' image alone", oneService],
  ['orders without users', usersAway],
  ['network policies', networkPolicy],
  ['plain objects for kubectl', plainObjects],
  ['upgrading to an image that does not exist', wrongImage],
  ['a database that cannot be reached', wrongDatabase],
  ['rolling restart under load', rollingRestart],
  ['traces', traces],
  ['the queries of dashboards and alerts', queries],
  ['an alert', alerts],
  ['a collector that is away', collectorAway],
  ['secrets', secrets],
  ['access by token', tokens],
  ['reinstalling', reinstall],
  ['a replica set of 3', replicaSet],
];

async function proveAll(config: ProofConfig, words: string[], {cleanups, stopping}: Run): Promise<boolean> {
  const cluster = await currentCluster(config.PROVE_NAMESPACE);
  await requireOurs(cluster);
  console.log(`In the namespace ${cluster.namespace} of ${cluster.context}:`);
  const chosen = others.filter(([title]) => words.length === 0 || words.some(word => title.includes(word)));

  const images = await buildImages(cluster.context, config);
  cleanups.push(
    () => removeImages(Object.values(images)),
    () => deleteNamespace(cluster),
  );
  await makeNamespace(cluster);
  const stage: Stage = {...cluster, config, images};
  await makeScripts(stage);
  const {passed, failed} = await prove(stage, first, chosen, stopping);
  if (!stopping.aborted) console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

await run(running => proveAll(readConfig(settings, process.env), process.argv.slice(2), running));
