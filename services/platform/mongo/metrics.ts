import type {Connection} from 'mongoose';
import {Gauge, Histogram, type Registry} from 'prom-client';
import {BUCKETS} from '../metrics.ts';
import {observeOperations} from './operations.ts';

export type MongoMetrics = {
  operations: Histogram<'collection' | 'operation' | 'outcome'>;
  connections: Gauge<'state'>;
  waiting: Gauge;
  up: Gauge;
};

export const createMongoMetrics = (registry: Registry): MongoMetrics => ({
  operations: new Histogram({
    name: 'mongodb_operation_duration_seconds',
    help: 'Duration of the operations of a store, by collection, operation (a method of the store) and outcome.',
    labelNames: ['collection', 'operation', 'outcome'],
    buckets: BUCKETS,
    registers: [registry],
  }),
  connections: new Gauge({
    name: 'mongodb_pool_connections',
    help: 'Connections in the pool: open, and in use.',
    labelNames: ['state'],
    registers: [registry],
  }),
  waiting: new Gauge({
    name: 'mongodb_pool_waiting',
    help: 'Operations that wait for a free connection.',
    registers: [registry],
  }),
  up: new Gauge({
    name: 'mongodb_up',
    help: '1 if a primary answered the last ping, else 0.',
    registers: [registry],
  }),
});

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

/** Keeps the gauges of a connection pool up to date, by the events of the driver. */
export function observePool(connection: Connection, {connections, waiting}: MongoMetrics): void {
  connection
    .getClient()
    .on('connectionCreated', () => connections.inc({state: 'open'}))
    .on('connectionClosed', () => connections.dec({state: 'open'}))
    .on('connectionCheckOutStarted', () => waiting.inc())
    .on('connectionCheckOutFailed', () => waiting.dec())
    .on('connectionCheckedOut', () => waiting.dec())
    .on('connectionCheckedOut', () => connections.inc({state: 'in_use'}))
    .on('connectionCheckedIn', () => connections.dec({state: 'in_use'}));
}
