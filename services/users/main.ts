import {boot, serve, untilOpen} from '#platform/lifecycle.ts';
import {openStore} from '#platform/mongo.ts';
import {createApp} from './app.ts';
import {settings} from './config.ts';
import {createStore} from './store.ts';

const service = await boot('users', settings);
const {config, readiness} = service;

const store = await untilOpen(() => openStore(config.MONGO_URL, readiness, createStore), service);
const app = createApp({...service, corsOrigins: config.CORS_ORIGINS}, store);
await serve(app, service, () => store.close());
