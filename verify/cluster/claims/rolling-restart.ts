import {setTimeout as wait} from 'node:timers/promises';
import {serviceNames} from '../../../tools/services.ts';
import {register} from '../kube/client.ts';
import {underLoad, type Load, type LoadFigures, type Mark} from '../kube/load.ts';
import {services, settled} from '../kube/objects.ts';
import {upgradeAndSettle} from '../kube/release.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';

const WITHOUT_DRAIN = serviceNames.flatMap(of => [`${of}.rollout.preStopSeconds=0`, `${of}.rollout.drainSeconds=0`]);

const CONTROL_TRIES = 3;
const BASELINE_MS = 5_000;

/** While both services are restarted pod by pod, no request fails. As the control, some fail without draining. */
export async function rollingRestart(cluster: Cluster): Promise<string> {
  const load = {userId: await register(cluster), rate: cluster.config.PROVE_RATE};
  await expectCarried(cluster, load);

  const report = await underLoad(cluster, load, mark => restart(cluster, mark));
  expect(`failed of ${sentIn(report)} requests`, report.failures, '');
  await upgradeAndSettle(cluster, WITHOUT_DRAIN);
  const {report: control, tries} = await failingControl(cluster, load);

  const {PROVE_RATE: rate} = cluster.config;
  return `${rate} POST/s and ${rate} GET/s: 0 of ${sentIn(report)} requests failed, slowest ${report.latencyMs.slowest} ms, ${report.connections} connections in ${Math.round(report.seconds)} s (control without draining: ${control.failed} of ${sentIn(control)} failed in rollout ${tries})`;
}

/** @throws if requests fail before any restart: the cluster is then too slow for the load. */
async function expectCarried(cluster: Cluster, load: Load): Promise<void> {
  const report = await underLoad(cluster, load, () => wait(BASELINE_MS), 'before any restart');
  if (report.failed === 0) return;
  const {PROVE_RATE: rate} = cluster.config;
  throw new Error(
    `the cluster is too slow for PROVE_RATE=${rate}: before any restart, ${report.failed} of ${sentIn(report)} requests failed (${report.failures})`,
  );
}

/** @throws if nothing fails without draining: such a load could not show a failure. */
async function failingControl(cluster: Cluster, load: Load): Promise<{report: LoadFigures; tries: number}> {
  for (let tries = 1; tries <= CONTROL_TRIES; tries += 1) {
    const report = await underLoad(cluster, load, mark => restart(cluster, mark), 'control: without draining');
    if (report.failed > 0) return {report, tries};
  }
  throw new Error(`in the control without draining, no request failed in ${CONTROL_TRIES} rollouts`);
}

async function restart(cluster: Cluster, mark: Mark): Promise<void> {
  for (const service of services) {
    mark(`restart of ${service}`);
    await cluster.kubectl(['rollout', 'restart', service]);
    await settled(cluster, [service]);
  }
}

const sentIn = ({sent}: LoadFigures): string => sent.toLocaleString('en');
