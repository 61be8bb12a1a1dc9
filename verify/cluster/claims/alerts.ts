import {randomBytes} from 'node:crypto';
import {call, newOrder} from '../kube/client.ts';
import {observed} from '../kube/observability.ts';
import {firing} from '../kube/prometheus.ts';
import type {Cluster} from '../kube/cluster.ts';
import {secondsSince, until} from '../../lib/until.ts';

const ALERT = 'NeighbourUnreachable';

/** Without users the alert of that name fires, and with them it clears. */
export async function alerts(cluster: Cluster): Promise<string> {
  await observed(cluster);
  await whileOrdering(cluster, `${ALERT} does not fire`, 30, names => !names.includes(ALERT));

  await cluster.kubectl(['scale', 'deployment/users', '--replicas=0']);
  const gone = performance.now();
  await whileOrdering(cluster, `${ALERT} fires`, 300, names => names.includes(ALERT));
  const fired = secondsSince(gone);

  await cluster.kubectl(['scale', 'deployment/users', '--replicas=2']);
  const back = performance.now();
  await whileOrdering(cluster, `${ALERT} clears`, 300, names => !names.includes(ALERT));
  return `${ALERT} fires ${fired} s after users was scaled to 0, and clears ${secondsSince(back)} s after it was scaled to 2`;
}

/** Orders of buyers whom nobody remembers, so that users is asked each time. */
const whileOrdering = (
  cluster: Cluster,
  what: string,
  seconds: number,
  is: (names: string[]) => boolean,
): Promise<boolean> =>
  until(what, seconds, async () => {
    const stranger = randomBytes(12).toString('hex');
    await call(cluster, newOrder(stranger, stranger));
    return is(await firing(cluster));
  });
