import {SpanKind} from '@opentelemetry/api';
import {errorType, failed, isSampled, startChild} from '../tracing.ts';
import {observeOperations, type Operation} from './operations.ts';

const unobserved = () => undefined;

/** Creates a span for each operation of a store in a sampled request. Call it once. */
export function traceMongo(): void {
  observeOperations(operation => {
    const name = `${operation.operation} ${operation.collection}`;
    const span = isSampled() ? startChild(name, SpanKind.CLIENT, attributesOf(operation)) : undefined;
    if (!span) return unobserved;
    return error => {
      if (error) failed(span, errorType(error));
      span.end();
    };
  });
}

const attributesOf = ({operation, collection, database, serverAddress, serverPort}: Operation) => ({
  'db.system.name': 'mongodb',
  'db.operation.name': operation,
  'db.collection.name': collection,
  'db.namespace': database,
  'server.address': serverAddress,
  'server.port': serverPort,
});
