import {register} from 'node:module';
import {FastifyOtelInstrumentation} from '@fastify/otel';
import {ExpressInstrumentation} from '@opentelemetry/instrumentation-express';
import {HttpInstrumentation} from '@opentelemetry/instrumentation-http';
import {KoaInstrumentation} from '@opentelemetry/instrumentation-koa';
import {MongoDBInstrumentation} from '@opentelemetry/instrumentation-mongodb';
import {MongooseInstrumentation} from '@opentelemetry/instrumentation-mongoose';
import {UndiciInstrumentation} from '@opentelemetry/instrumentation-undici';
import {NodeSDK} from '@opentelemetry/sdk-node';

// Loaded by --import. It sets up tracing as OpenTelemetry's documentation says: by patching modules while they load.
// Nest is traced by the spans of Express, because the instrumentation of Nest refuses version 12.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

const instrumentations = [
  new HttpInstrumentation(),
  new KoaInstrumentation(),
  new ExpressInstrumentation(),
  new FastifyOtelInstrumentation({registerOnInitialization: true}),
  new UndiciInstrumentation(),
  new MongoDBInstrumentation(),
  new MongooseInstrumentation(),
];
new NodeSDK({instrumentations, metricReaders: [], logRecordProcessors: []}).start();
