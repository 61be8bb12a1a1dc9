import {buildCharts} from '../../tools/helm/charts.ts';
import {chosenBy, createChecker, type Checker, type Claim} from '../lib/claims.ts';
import {commitOf} from '../lib/origin.ts';
import {say, type Run} from '../lib/run.ts';
import {quick, thorough} from './claims.ts';
import {install} from './claims/install.ts';
import type {ProveConfig} from './config.ts';
import {controlOf} from './controls.ts';
import {accessTo, type Cluster} from './kube/cluster.ts';
import {diagnose} from './kube/diagnose.ts';
import {buildImages, removeImages} from './kube/images.ts';
import {deleteNamespace, makeNamespace, requireOurs} from './kube/namespace.ts';
import {services} from './kube/objects.ts';
import {makeScripts} from './kube/pods.ts';
import {REPLICAS, upgradeAndSettle} from './kube/release.ts';
import {writeRecord, type Found} from './record/write.ts';

/** Which claims to check, and whether also their controls; whether to keep what is found. */
export type Choice = {words: string[]; quick: boolean; controls: boolean; record: boolean};

const installing: Claim<Cluster> = ['installing', install];

/** Installs the release in a namespace that is made for it, checks the chosen claims, and removes it. */
export async function proveOurs({config, signal, cleanups}: Run<ProveConfig>, choice: Choice): Promise<boolean> {
  const access = await accessTo(config.PROVE_NAMESPACE);
  await requireOurs(access);
  await buildCharts();
  say(`In the namespace ${access.namespace} of ${access.context}:`);
  const images = await buildImages(access.context, config);
  cleanups.push(
    () => removeImages(Object.values(images)),
    () => deleteNamespace(access),
  );
  const commit = await commitOf(['services', 'charts', 'verify', 'package-lock.json']);
  await makeNamespace(access);
  const cluster: Cluster = {...access, config, cleanups, isOurs: true, images, loads: [], weakened: () => []};
  await makeScripts(cluster);
  const found: Found[] = [];
  const allHold = await checkAll(cluster, choice, signal, found);
  if (choice.record && !signal.aborted) await writeRecord(cluster, commit, found);
  return allHold;
}

async function checkAll(cluster: Cluster, choice: Choice, signal: AbortSignal, found: Found[]): Promise<boolean> {
  const ending = new AbortController();
  const checker = createChecker({
    signal: AbortSignal.any([signal, ending.signal]),
    diagnose: async () => console.error(await diagnose(cluster)),
    found: claim => void found.push({...claim, loads: cluster.loads.splice(0)}),
  });
  if (!(await checker.check(installing, cluster)))
    ending.abort(new Error('not checked, because the installation failed'));
  for (const [title, check] of chosen(choice)) {
    await checker.check([title, fromTheStart(check)], cluster);
    if (choice.controls) await checkControl([title, check], cluster, checker);
  }
  return checker.conclude();
}

const chosen = ({words, quick: isQuick}: Choice): Claim<Cluster>[] =>
  isQuick ? quick : chosenBy(words, [...quick, ...thorough]);

async function checkControl(claim: Claim<Cluster>, cluster: Cluster, checker: Checker): Promise<void> {
  const control = controlOf(claim);
  if (typeof control === 'string') say(`     ${control}`);
  else await checker.check(control, cluster);
}

/** Takes numbers of pods back that others than helm have set, since Helm 4 refuses to. */
async function unscaled({kubectl}: Cluster): Promise<void> {
  await kubectl(['delete', 'horizontalpodautoscaler', '--all']);
  await kubectl(['scale', ...services, `--replicas=${REPLICAS}`]);
}

/** Restores the release as it was installed, whatever an earlier claim has changed. */
const fromTheStart =
  (check: Claim<Cluster>[1]): Claim<Cluster>[1] =>
  async cluster => {
    await unscaled(cluster);
    await upgradeAndSettle(cluster);
    return check(cluster);
  };
