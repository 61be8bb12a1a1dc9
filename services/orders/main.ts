import {openToAll, tokensOf} from '#platform/auth.ts';
import {boot, serve, untilOpen} from '#platform/lifecycle.ts';
import {openStore} from '#platform/mongo/connection.ts';
import {createRateLimits, unlimited} from '#platform/rate-limit.ts';
import {createRemoteKeys} from '#platform/remote-keys.ts';
import {createApp} from './app.ts';
import {settings} from './config.ts';
import {usersUnavailable} from './contract.ts';
import {countOrders} from './metrics.ts';
import {createStore} from './store.ts';
import {createFindUser} from './users-client.ts';

const service = await boot('orders', settings);
const {config, log, metrics} = service;
const names = {issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE};
const keysOfUsers = () =>
  createRemoteKeys({
    url: new URL('.well-known/jwks.json', config.USERS_URL.replace(/\/?$/u, '/')),
    timeoutMs: config.USERS_ATTEMPT_MS,
    unavailable: usersUnavailable,
    log,
    metrics,
  });
const authenticate = config.AUTH === 'open' ? openToAll : tokensOf(names, keysOfUsers());

const store = await untilOpen(() => openStore(config.MONGO_URL, service, createStore), service);
const findUser = createFindUser(config, metrics.registry);
const rateLimit = createRateLimits(metrics.registry, config.AUTH === 'token');
const app = createApp(
  {
    ...service,
    corsOrigins: config.CORS_ORIGINS,
    authenticate,
    limits: {address: unlimited, principal: rateLimit('principal', config.REQUESTS_PER_USER)},
  },
  {store, findUser, observe: countOrders(metrics.registry)},
);
await serve(app, service, () => store.close());
