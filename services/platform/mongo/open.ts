import type {Connection} from 'mongoose';
import {untilOpen, type Service} from '../lifecycle.ts';
import type {BaseConfig} from '../settings.ts';
import {openStore} from './connection.ts';
import {createMongoMetrics, observeOperations} from './metrics.ts';

/** Opens the store of a service and measures it. Retries once a second until MongoDB can be used; see `untilOpen`. */
export async function untilStoreIsOpen<Store>(
  service: Service<BaseConfig>,
  create: (connection: Connection) => Promise<Store>,
): Promise<Store & {close(): Promise<void>}> {
  const {config, metrics, readiness} = service;
  const mongoMetrics = createMongoMetrics(metrics.registry);
  observeOperations(mongoMetrics);
  return untilOpen(() => openStore(config.MONGO_URL, {readiness, mongoMetrics}, create), service);
}
