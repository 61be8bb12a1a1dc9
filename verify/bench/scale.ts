import {mongo} from 'mongoose';
import {newId} from '#platform/ids.ts';
import type {Run} from '../lib/run.ts';
import {startLoad} from '../lib/load/start.ts';
import type {Backends} from './backends.ts';
import type {BenchConfig} from './config.ts';
import type {Fact} from './facts.ts';
import {quartilesOf} from './quartiles.ts';
import {startService, type Service} from './system.ts';
import {all} from './variants.ts';

const SIZES = [1_000, 100_000, 1_000_000];

/** One buyer has as many orders at each size, so that its page is the same. */
const PAGE = 20;
const BATCH = 10_000;
const SLICES = 9;

/** What a list and a read take with ever more orders stored, as ratios to the smallest number. */
export async function scale(run: Run<BenchConfig>, backends: Backends): Promise<Fact[]> {
  const orders = await startService('orders', all, backends, {USERS_URL: 'http://127.0.0.1:9'});
  const client = await mongo.MongoClient.connect(backends.mongoUrl(`orders-${all.name}`));
  const stored = client.db().collection('orders');
  await stored.deleteMany({});
  const buyer = newId();
  const ids = await insert(stored, PAGE, () => buyer);
  const ms = new Map<number, Record<string, number[]>>();
  for (const size of SIZES) {
    await insert(stored, size - (await stored.countDocuments()), newId);
    ms.set(size, await measure(run, orders, buyer, ids));
  }
  await client.close();
  await orders.program.stop();
  return factsOf(ms);
}

function factsOf(ms: Map<number, Record<string, number[]>>): Fact[] {
  const [[, first] = [], ...more] = ms;
  return more.flatMap(([size, times]) =>
    Object.entries(times).map(([name, values]) => ({
      what: `${name} with ${size.toLocaleString('en')} orders, beside ${SIZES[0]?.toLocaleString('en')}`,
      unit: '',
      values: values.map((value, index) => value / (first?.[name]?.[index] ?? NaN)),
      atMost: 1.2,
      digits: 2,
    })),
  );
}

/** The medians of some slices, in milliseconds: one client, so that nothing waits. */
async function measure(
  {config, signal}: Run<BenchConfig>,
  {url}: Service,
  buyer: string,
  ids: string[],
): Promise<Record<string, number[]>> {
  const streams = [
    {name: 'list', method: 'GET', url: `${url}/api/orders?userId=${buyer}`, clients: 1},
    {name: 'read', method: 'GET', url: `${url}/api/orders/{id}`, ids, clients: 1},
  ] as const;
  const load = await startLoad([...streams], {seed: config.BENCH_SEED, signal});
  const times: Record<string, number[]> = {list: [], read: []};
  for (let slice = 0; slice < SLICES; slice += 1) {
    for (const {name} of streams) {
      const {[name]: outcomes = {}} = await load.complete(`${name} ${slice}`, {only: name, seconds: 1});
      times[name]?.push(quartilesOf(outcomes['200'] ?? []).median);
    }
  }
  await load.stop();
  return times;
}

/** Inserts orders as the service stores them. Returns the ids of the last batch. */
async function insert(stored: mongo.Collection, count: number, buyerOf: () => string): Promise<string[]> {
  let ids: string[] = [];
  for (let left = count; left > 0; left -= BATCH) {
    ids = Array.from({length: Math.min(left, BATCH)}, () => newId());
    await stored.insertMany(ids.map(id => toRow(id, buyerOf())));
  }
  return ids;
}

function toRow(id: string, userId: string) {
  const now = new Date();
  const products = [
    {productId: 'book', quantity: 3, cents: 1_999},
    {productId: 'lamp', quantity: 1, cents: 4_500},
  ];
  const rest = {totalCents: 10_497, status: 'pending', createdAt: now, updatedAt: now, version: 1};
  return {_id: new mongo.ObjectId(id), userId, products, ...rest};
}
