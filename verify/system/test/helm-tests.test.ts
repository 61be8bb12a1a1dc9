import test from 'ava';
import {createSigner} from '#platform/test/tokens.ts';
import {execute} from '../../lib/execute.ts';
import {startSystem} from '../start-system.ts';

// `helm test` runs these scripts in a pod; here they run on this machine.
for (const AUTH of ['open', 'token']) {
  test(`the helm tests of the charts pass with auth.mode: ${AUTH}`, async t => {
    const {pem} = await createSigner();
    const {users, orders} = await startSystem(t, {AUTH}, {AUTH, ...(AUTH === 'token' && {AUTH_KEYS: pem})});
    const env = {USERS_URL: users.url, ORDERS_URL: orders.url, AUTH};

    const ofUsers = await execute(process.execPath, ['charts/users/files/test.mjs'], {env});
    const ofOrders = await execute(process.execPath, ['charts/orders/files/test.mjs'], {env});

    t.regex(ofUsers, /^users: registered, read, changed and removed a user\n$/u);
    t.regex(ofOrders, /^orders: took, replayed and cancelled an order/u);
  });
}
