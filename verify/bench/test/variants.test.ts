import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {newId} from '#platform/ids.ts';
import {testMongoUrl} from '#platform/test/open-test-store.ts';
import {insertUsers} from '../backends.ts';
import {askOnce, startSystem, type Endpoint} from '../system.ts';
import {variants, type Variant} from '../variants.ts';

/** Endpoints with known buyers need more than the few that they know. */
const userIds = Array.from({length: 30}, () => newId());
const [userId] = userIds;
const products = [
  {productId: 'book', quantity: 3, price: 19.99},
  {productId: 'lamp', quantity: 1, price: 45},
];

/** The URL of a trace collector. Without one, services would end only after their last attempt to export. */
async function startCollector(t: ExecutionContext): Promise<string> {
  const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Both services of a variant with users. */
async function start(t: ExecutionContext, variant: Variant): Promise<Endpoint[]> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-bench-test-'));
  t.teardown(() => rm(folder, {recursive: true}));
  const mongoUrl = (database: string) =>
    Object.assign(new URL(testMongoUrl()), {pathname: `${database}-${userId}`}).href;
  await insertUsers(mongoUrl(`users-${variant.name}`), variant, userIds);
  const collectorUrl = await startCollector(t);
  const {endpoints, stop} = await startSystem(variant, {folder, mongoUrl, collectorUrl, userIds});
  t.teardown(stop);
  return endpoints.slice(0, 2);
}

const ofNobody = ({stream, ...endpoint}: Endpoint): Endpoint => ({
  ...endpoint,
  stream: {...stream, ids: ['0'.repeat(24)]},
});

type Shown = Record<string, unknown>;

/** mongoose calls the id `_id`, gives one to each product, and shows its version. Tutorials leave it so. */
const sameNames = ({_id, __v, id = _id, ...fields}: Shown): Shown => ({id, ...fields});
const withoutId = ({_id, ...product}: Shown): Shown => product;

const isDate = (text: unknown): boolean => new Date(String(text)).toISOString() === text;

// One after the other, because each starts three processes.
for (const variant of variants) {
  test.serial(`${variant.name} answers with the user and the order, and refuses an unknown user`, async t => {
    const [read, place] = await start(t, variant);
    if (!read || !place) return t.fail();

    const [user, order] = [await askOnce(read), await askOnce(place)];
    const [noUser, noOrder] = [await askOnce(ofNobody(read)), await askOnce(ofNobody(place))];

    const {createdAt, ...facts} = sameNames(user.body);
    t.deepEqual([user.status, facts], [200, {id: userId, username: 'user-0', email: 'user-0@example.com'}]);
    t.true(isDate(createdAt));
    const {id, createdAt: placedAt, updatedAt, products: ordered, ...rest} = sameNames(order.body);
    t.deepEqual([order.status, rest], [201, {userId, total: 104.97, status: 'pending'}]);
    t.deepEqual((ordered as Shown[]).map(withoutId), products);
    t.regex(String(id), /^[\da-f]{24}$/u);
    t.true(isDate(placedAt) && updatedAt === placedAt);
    t.deepEqual([noUser.status, noOrder.status], [404, 400]);
  });
}
