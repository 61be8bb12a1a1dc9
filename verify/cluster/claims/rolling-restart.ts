import {setTimeout as wait} from 'node:timers/promises';
import {register} from '../kube/client.ts';
import {underLoad, type Load} from '../kube/load.ts';
import {services, settled} from '../kube/objects.ts';
import {upgradeAndSettle} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';
import type {LoadReport} from '../pods/load.ts';

const WITHOUT_DRAIN = ['users', 'orders'].flatMap(of => [
  `${of}.rollout.preStopSeconds=0`,
  `${of}.rollout.drainSeconds=0`,
]);

const CONTROL_TRIES = 3;
const BASELINE_MS = 5_000;

/** Both services are restarted, pod after pod, and no request fails; without the drain some do. */
export async function rollingRestart(cluster: Cluster): Promise<string> {
  const load = {userId: await register(cluster), rate: cluster.config.PROVE_RATE};
  await expectCarried(cluster, load);

  const report = await underLoad(cluster, load, () => restart(cluster));
  expect(`failed of ${sentIn(report)} requests`, report.kinds, {});
  await upgradeAndSettle(cluster, WITHOUT_DRAIN);
  const {report: control, tries} = await failingControl(cluster, load);

  const {PROVE_RATE: rate} = cluster.config;
  return `${rate} POST/s and ${rate} GET/s: 0 of ${sentIn(report)} requests failed, slowest ${report.slowestMs} ms, ${report.connections} connections in ${Math.round(report.seconds)} s (control without drain: ${control.failed} of ${sentIn(control)} in rollout ${tries})`;
}

/** @throws when requests fail although nothing restarts: what fails later would say nothing about restarts. */
async function expectCarried(cluster: Cluster, load: Load): Promise<void> {
  const report = await underLoad(cluster, load, () => wait(BASELINE_MS));
  if (report.failed === 0) return;
  const {PROVE_RATE: rate} = cluster.config;
  throw new Error(
    `the cluster does not carry PROVE_RATE=${rate} even without a restart: ${report.failed} of ${sentIn(report)} requests failed (${JSON.stringify(report.kinds)})`,
  );
}

/** @throws when nothing fails without the drain either: the load could not have shown a failure then. */
async function failingControl(cluster: Cluster, load: Load): Promise<{report: LoadReport; tries: number}> {
  for (let tries = 1; tries <= CONTROL_TRIES; tries += 1) {
    const report = await underLoad(cluster, load, () => restart(cluster));
    if (report.failed > 0) return {report, tries};
  }
  throw new Error(`the control without drain lost nothing in ${CONTROL_TRIES} rollouts`);
}

async function restart(cluster: Cluster): Promise<void> {
  for (const service of services) {
    await cluster.kubectl(['rollout', 'restart', service]);
    await settled(cluster, [service]);
  }
}

const sentIn = ({posts, gets}: LoadReport): string => (posts + gets).toLocaleString('en');
