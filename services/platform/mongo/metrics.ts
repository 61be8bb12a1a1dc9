import type {Connection} from 'mongoose';
import {Gauge, Histogram, type Registry} from 'prom-client';
import {BUCKETS} from '../metrics.ts';
import {observeOperations} from './operations.ts';

export type MongoMetrics = {
  operations: Histogram<'collection' | 'operation' | 'outcome'>;
  /** The state of the connection pools, in plain numbers that each scrape reads. */
  pool: Pool;
  up: Gauge;
};

type Pool = {open: number; inUse: number; waiting: number};

export const createMongoMetrics = (registry: Registry): MongoMetrics => ({
  operations: new Histogram({
    name: 'mongodb_operation_duration_seconds',
    help: 'Duration of the operations of a store, by collection, operation (a method of the store) and outcome.',
    labelNames: ['collection', 'operation', 'outcome'],
    buckets: BUCKETS,
    registers: [registry],
  }),
  pool: createPool(registry),
  up: new Gauge({
    name: 'mongodb_up',
    help: '1 if a primary answered the last ping, else 0.',
    registers: [registry],
  }),
});

function createPool(registry: Registry): Pool {
  const pool: Pool = {open: 0, inUse: 0, waiting: 0};
  new Gauge({
    name: 'mongodb_pool_connections',
    help: 'Connections in the pool: open, and in use.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({state: 'open'}, pool.open);
      this.set({state: 'in_use'}, pool.inUse);
    },
  });
  new Gauge({
    name: 'mongodb_pool_waiting',
    help: 'Operations that wait for a free connection.',
    registers: [registry],
    collect() {
      this.set(pool.waiting);
    },
  });
  return pool;
}

/** Measures every operation of the stores of this process. Call it once. */
export function measureOperations({operations}: MongoMetrics): void {
  observeOperations(({collection, operation}) => {
    const start = performance.now();
    return error => {
      const outcome = error ? 'error' : 'ok';
      operations.observe({collection, operation, outcome}, (performance.now() - start) / 1000);
    };
  });
}

/** Counts what happens in a connection pool, by the events of the driver. */
export function observePool(connection: Connection, {pool}: MongoMetrics): void {
  const add = (state: keyof Pool, more: number) => () => void (pool[state] += more);
  connection
    .getClient()
    .on('connectionCreated', add('open', 1))
    .on('connectionClosed', add('open', -1))
    .on('connectionCheckOutStarted', add('waiting', 1))
    .on('connectionCheckOutFailed', add('waiting', -1))
    .on('connectionCheckedOut', add('waiting', -1))
    .on('connectionCheckedOut', add('inUse', 1))
    .on('connectionCheckedIn', add('inUse', -1));
}
