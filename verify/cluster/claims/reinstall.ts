import {missingOf, placeOrders, register} from '../kube/client.ts';
import {databases, services} from '../kube/objects.ts';
import {RELEASE, upgradeAndSettle} from '../kube/release.ts';
import {getJson, type Stage} from '../kube/stage.ts';
import {expect, until} from '../../lib/until.ts';

const ORDERS = 50;

/** `helm uninstall` takes the programs, never the data or the passwords to it. */
export async function reinstall(stage: Stage): Promise<string> {
  const ids = await placeOrders(stage, await register(stage), ORDERS);
  const before = await passwordsOf(stage);

  await stage.helm(['uninstall', RELEASE, '--wait', '--timeout', '3m'], {seconds: 200});
  const left = await stage.kubectl(['get', ...services, ...databases, '--ignore-not-found', '--output', 'name']);
  await upgradeAndSettle(stage);

  expect('left after helm uninstall', left.trim(), '');
  expect('are the passwords the same', before.join() === (await passwordsOf(stage)).join(), true);
  // DNS may give the addresses of the Services before for as long as it keeps an answer.
  const userId = await until('a user is registered', 60, () => register(stage));
  await until('every order is read', 60, async () => {
    expect(`missing of ${ORDERS} orders`, await missingOf(stage, ids), []);
    return true;
  });
  await placeOrders(stage, userId, 1);
  return `${ORDERS} of ${ORDERS} orders there and both databases' passwords the same after helm uninstall and install`;
}

async function passwordsOf(stage: Stage): Promise<string[]> {
  const names = ['secret/users-mongodb', 'secret/orders-mongodb'];
  const secrets = await Promise.all(names.map(name => getJson<{data: Record<string, string>}>(stage, name)));
  return secrets.map(({data}) => data['password'] ?? '');
}
