import {openToAll} from '#platform/auth.ts';
import {boot, serve, untilOpen} from '#platform/lifecycle.ts';
import {openStore} from '#platform/mongo.ts';
import {createApp} from './app.ts';
import {settings} from './config.ts';
import {countOrders, createUsersCalls} from './metrics.ts';
import {createStore} from './store.ts';
import {createFindUser, timed} from './users-client.ts';

const service = await boot('orders', settings);
const {config, metrics} = service;

const store = await untilOpen(() => openStore(config.MONGO_URL, service, createStore), service);
const findUser = timed(createFindUser(config), createUsersCalls(metrics.registry));
const app = createApp(
  {...service, corsOrigins: config.CORS_ORIGINS, authenticate: openToAll},
  {store, findUser, announce: countOrders(metrics.registry)},
);
await serve(app, service, () => store.close());
