import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import test from 'ava';
import {createSigner} from '#platform/test/tokens.ts';
import {startDuet} from '../start-system.ts';

const run = promisify(execFile);

// What `helm test` runs in a pod, here against the services themselves.
for (const AUTH of ['open', 'token']) {
  test(`the tests of the charts pass with auth.mode: ${AUTH}`, async t => {
    const {pem} = await createSigner();
    const {users, orders} = await startDuet(t, {AUTH}, {AUTH, ...(AUTH === 'token' && {AUTH_KEYS: pem})});
    const env = {USERS_URL: users.url, ORDERS_URL: orders.url, AUTH};

    const {stdout: ofUsers} = await run(process.execPath, ['charts/users/files/test.mjs'], {env});
    const {stdout: ofOrders} = await run(process.execPath, ['charts/orders/files/test.mjs'], {env});

    t.regex(ofUsers, /^users: registered, read, changed and removed a user\n$/u);
    t.regex(ofOrders, /^orders: took, replayed and cancelled an order/u);
  });
}
