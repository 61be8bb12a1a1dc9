import {openToAll} from '#platform/auth.ts';
import {boot, serve, untilOpen} from '#platform/lifecycle.ts';
import {openStore} from '#platform/mongo.ts';
import {createApp} from './app.ts';
import {settings} from './config.ts';
import {countUsers} from './metrics.ts';
import {hashPassword} from './passwords.ts';
import {createStore} from './store.ts';

const service = await boot('users', settings);
const {config, metrics} = service;

const store = await untilOpen(() => openStore(config.MONGO_URL, service, createStore), service);
const app = createApp(
  {...service, corsOrigins: config.CORS_ORIGINS, authenticate: openToAll},
  {store, hashPassword, announce: countUsers(metrics.registry)},
);
await serve(app, service, () => store.close());
