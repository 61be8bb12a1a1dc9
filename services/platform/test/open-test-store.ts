import {randomUUID} from 'node:crypto';
import type {ExecutionContext} from 'ava';
import type {Connection} from 'mongoose';
import {Registry} from 'prom-client';
import {openStore} from '../mongo/connection.ts';
import {createMongoMetrics} from '../mongo/metrics.ts';
import {createReadiness} from '../readiness.ts';

/** The URL of a new database in the MongoDB that `npm run ava` starts. */
export function testMongoUrl(): string {
  const url = new URL(process.env['TEST_MONGO_URL'] ?? 'mongodb://run-the-tests-by-npm-run-ava/');
  url.pathname = `test-${randomUUID()}`;
  return url.href;
}

/** A store in a new database on a real mongod, closed when the test ends. */
export async function openTestStore<Store>(
  t: ExecutionContext,
  createStore: (connection: Connection, writes: Connection) => Promise<Store>,
  url = testMongoUrl(),
): Promise<Store> {
  const parts = {readiness: createReadiness(), mongoMetrics: createMongoMetrics(new Registry())};
  const store = await openStore(url, parts, createStore);
  t.teardown(() => store.close());
  return store;
}
