import {register} from 'node:module';
import {HttpInstrumentation} from '@opentelemetry/instrumentation-http';
import {KoaInstrumentation} from '@opentelemetry/instrumentation-koa';
import {MongoDBInstrumentation} from '@opentelemetry/instrumentation-mongodb';
import {MongooseInstrumentation} from '@opentelemetry/instrumentation-mongoose';
import {NodeSDK} from '@opentelemetry/sdk-node';

// Loaded by --import: tracing as OpenTelemetry's documentation sets it up, by patching modules while they are loaded.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

const instrumentations = [
  new HttpInstrumentation(),
  new KoaInstrumentation(),
  new MongoDBInstrumentation(),
  new MongooseInstrumentation(),
];
new NodeSDK({instrumentations, metricReaders: [], logRecordProcessors: []}).start();
