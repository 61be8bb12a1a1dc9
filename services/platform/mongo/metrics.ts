import {subscribe, type ChannelListener} from 'node:diagnostics_channel';
import type {Connection} from 'mongoose';
import {Gauge, Histogram, type Registry} from 'prom-client';
import {BUCKETS} from '../metrics.ts';
import {MONGO_CHANNELS, type MongoOperation} from './spans.ts';

export type MongoMetrics = {
  operations: Histogram<'collection' | 'operation' | 'outcome'>;
  connections: Gauge<'state'>;
  waiting: Gauge;
  up: Gauge;
};

export const createMongoMetrics = (registry: Registry): MongoMetrics => ({
  operations: new Histogram({
    name: 'mongodb_operation_duration_seconds',
    help: 'Duration of MongoDB operations, by collection, operation and outcome.',
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

/** Measures every mongoose operation of the process, through mongoose's diagnostics channels. Call it once. */
export function observeOperations({operations}: MongoMetrics): void {
  const starts = new WeakMap<object, number>();
  const started: ChannelListener = message => void starts.set(message as object, performance.now());
  const ended: ChannelListener = message => {
    const {collection, operation, error} = message as MongoOperation;
    const seconds = (performance.now() - (starts.get(message as object) ?? performance.now())) / 1000;
    operations.observe({collection, operation, outcome: error ? 'error' : 'ok'}, seconds);
  };

  for (const channel of MONGO_CHANNELS) {
    subscribe(`tracing:mongoose:${channel}:start`, started);
    subscribe(`tracing:mongoose:${channel}:asyncEnd`, ended);
  }
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
