import {noLimits} from '#platform/access.ts';
import {createAuthenticate} from '#platform/auth.ts';
import {settingsOf} from '#platform/calls/settings.ts';
import {boot, serve} from '#platform/lifecycle.ts';
import {untilStoreIsOpen} from '#platform/mongo/open.ts';
import {createRateLimits} from '#platform/rate-limit.ts';
import {createRemoteKeys} from '#platform/remote-keys.ts';
import {createApp} from './app.ts';
import {settings} from './config.ts';
import {usersUnavailable} from './contract.ts';
import {countOrders} from './metrics.ts';
import {createStore} from './store.ts';
import {createFindUser} from './users-client.ts';

const service = await boot('orders', settings);
const {config, metrics} = service;
const keysOfUsers = () =>
  createRemoteKeys({...service, from: 'orders', settings: settingsOf('users', config), unavailable: usersUnavailable});
const authenticate = createAuthenticate(config, keysOfUsers);
const store = await untilStoreIsOpen(service, createStore);
const findUser = createFindUser(config, metrics.registry);
const rateLimit = createRateLimits(metrics.registry, config.AUTH === 'token');
const limits = {...noLimits, principal: rateLimit('principal', config.REQUESTS_PER_USER)};

const app = createApp({...service, authenticate, limits}, {store, findUser, observe: countOrders(metrics.registry)});
await serve(app, service, () => store.close());
