import {setTimeout as wait} from 'node:timers/promises';
import {TOKENS} from '../kube/auth.ts';
import {podsOf} from '../kube/objects.ts';
import {upgrade, upgradeAndSettle} from '../kube/release.ts';
import type {Disturbance} from './disturbed.ts';

/** How long what is cut stays so. */
const CUT_MS = 20_000;

/** A buyer whom orders knows can order while the network between the services is cut. */
export const cutFromUsers: Disturbance = {
  async happens(cluster, mark) {
    const pods = (await podsOf(cluster, 'deployment/orders')).map(({metadata}) => metadata.name);
    mark('orders cut from users');
    await cluster.kubectl(['label', 'pod', ...pods, 'users-client-']);
    await wait(CUT_MS);
    await cluster.kubectl(['label', 'pod', ...pods, 'users-client=true']);
    mark('whole again');
  },
};

export const withoutDns: Disturbance = {
  async happens(cluster, mark) {
    mark('orders without DNS');
    await upgrade(cluster, [...TOKENS, 'orders.networkPolicy.dnsPorts={5354}']);
    await wait(CUT_MS);
    await upgradeAndSettle(cluster, TOKENS);
    mark('DNS again');
  },
};
