import {subscribe, type ChannelListener} from 'node:diagnostics_channel';
import {SpanKind, type Span} from '@opentelemetry/api';
import {errorType, failed, startChild} from '../tracing.ts';

/**
 * What mongoose publishes about an operation. It has `args` and `result` too; they may hold user data, so we never read
 * them.
 */
export type MongoOperation = {
  operation: string;
  collection: string;
  database: string;
  serverAddress?: string;
  serverPort?: number;
  error?: unknown;
};

export const MONGO_CHANNELS = ['query', 'model:insertMany', 'model:save', 'aggregate'];

/**
 * Creates a span for each mongoose operation in a sampled request, through mongoose's diagnostics channels. Call it
 * once. Hand-written, as in tracing.ts: stock instrumentation patches modules, and under ES modules it misses mongoose.
 */
export function traceMongo(): void {
  const spans = new WeakMap<object, Span>();
  const started: ChannelListener = message => {
    const operation = message as MongoOperation;
    const span = startChild(`${operation.operation} ${operation.collection}`, SpanKind.CLIENT, attributesOf(operation));
    if (span) spans.set(operation, span);
  };
  const ended: ChannelListener = message => {
    const span = spans.get(message as object);
    const {error} = message as MongoOperation;
    if (span && error) failed(span, errorType(error));
    span?.end();
  };

  for (const channel of MONGO_CHANNELS) {
    subscribe(`tracing:mongoose:${channel}:start`, started);
    subscribe(`tracing:mongoose:${channel}:asyncEnd`, ended);
  }
}

const attributesOf = ({operation, collection, database, serverAddress, serverPort}: MongoOperation) => ({
  'db.system.name': 'mongodb',
  'db.operation.name': operation,
  'db.collection.name': collection,
  'db.namespace': database,
  ...(serverAddress && {'server.address': serverAddress}),
  ...(serverPort && {'server.port': serverPort}),
});
