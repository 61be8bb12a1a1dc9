import {register} from 'node:module';
import {HttpInstrumentation} from '@opentelemetry/instrumentation-http';
import {KoaInstrumentation} from '@opentelemetry/instrumentation-koa';
import {MongoDBInstrumentation} from '@opentelemetry/instrumentation-mongodb';
import {MongooseInstrumentation} from '@opentelemetry/instrumentation-mongoose';
import {NodeSDK} from '@opentelemetry/sdk-node';

// Loaded by --import. It sets up tracing as OpenTelemetry's documentation says: by patching modules while they load.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

const instrumentations = [
  new HttpInstrumentation(),
  new KoaInstrumentation(),
  new MongoDBInstrumentation(),
  new MongooseInstrumentation(),
];
new NodeSDK({instrumentations, metricReaders: [], logRecordProcessors: []}).start();
