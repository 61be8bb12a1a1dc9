import {setTimeout as wait} from 'node:timers/promises';
import {until} from '../../lib/until.ts';
import type {Cluster} from '../kube/cluster.ts';
import {membersOf, primaryOf, runOnPrimary} from '../kube/mongodb.ts';
import {podsOf, settled} from '../kube/objects.ts';
import {shrink} from '../kube/shrink.ts';
import type {Disturbance} from './disturbed.ts';

const SET = 'statefulset/orders-mongodb';
/** The chart refuses an upgrade to one member while the set has three. */
async function backToOne(cluster: Cluster): Promise<void> {
  if ((await podsOf(cluster, SET)).length > 1) await shrink(cluster);
}

/** Three members elect another primary in less than 15 seconds. */
const ofThree = {values: ['orders.mongodb.replicaCount=3'], outageS: 15, after: backToOne};

/** With one member, orders are refused until its pod is back. */
export const onlyMember: Disturbance = {
  outageS: 60,
  async happens(cluster, mark) {
    mark('orders-mongodb-0 deleted');
    await cluster.kubectl(['delete', 'pod', 'orders-mongodb-0'], {seconds: 90});
    await settled(cluster, [SET]);
  },
};

export const primaryKilled: Disturbance = {
  ...ofThree,
  async happens(cluster, mark) {
    await complete(cluster);
    const primary = await primaryOf(cluster);
    mark(`${primary}, the primary, killed`);
    await cluster.kubectl(['delete', 'pod', primary, '--grace-period=1'], {seconds: 90});
    await settled(cluster, [SET]);
  },
};

const ELECTIONS = 6;

export const elections: Disturbance = {
  ...ofThree,
  async happens(cluster, mark) {
    await complete(cluster);
    for (let count = 0; count < ELECTIONS; count += 1) {
      mark('step down');
      await stepDown(cluster);
      await wait(10_000);
    }
    return `${ELECTIONS} elections, one every 10 s`;
  },
};

const complete = async (cluster: Cluster): Promise<unknown> => membersOf(cluster, (await podsOf(cluster, SET)).length);

/** The primary does not become one again for the next 8 seconds. */
const stepDown = (cluster: Cluster): Promise<string> =>
  until('a primary that steps down', 30, () =>
    runOnPrimary(cluster, 'orders-mongodb-0', 'db.adminCommand({replSetStepDown: 8, secondaryCatchUpPeriodSecs: 5})'),
  );
