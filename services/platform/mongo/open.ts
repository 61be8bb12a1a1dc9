import type {Connection} from 'mongoose';
import {untilOpen, type Service} from '../lifecycle.ts';
import {openStore} from './connection.ts';
import {failFast, type Health, type Methods} from './health.ts';
import {createMongoMetrics, measureOperations} from './metrics.ts';
import type {DatabaseConfig} from './settings.ts';

/**
 * Opens the store of a service and measures it. Retries once a second until MongoDB can be used; see `untilOpen`.
 * While MongoDB is known to be away, every method of the store is refused at once; see `failFast`.
 */
export async function untilStoreIsOpen<Store extends Methods<Store>>(
  service: Service<DatabaseConfig>,
  create: (connection: Connection, writes: Connection) => Promise<Store>,
): Promise<Store & {close(): Promise<void>}> {
  const {config, metrics, readiness} = service;
  const mongoMetrics = createMongoMetrics(metrics.registry);
  measureOperations(mongoMetrics);
  const createGuarded = async (connection: Connection, writes: Connection, health: Health) =>
    failFast(await create(connection, writes), health);
  return untilOpen(() => openStore(config.MONGO_URL, {readiness, mongoMetrics}, createGuarded), service);
}
