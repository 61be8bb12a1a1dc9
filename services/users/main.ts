import {createLocalJWKSet} from 'jose';
import {openToAll, tokensOf} from '#platform/auth.ts';
import {boot, serve, untilOpen} from '#platform/lifecycle.ts';
import {openStore} from '#platform/mongo/connection.ts';
import {createRateLimits, unlimited} from '#platform/rate-limit.ts';
import {createApp} from './app.ts';
import {settings} from './config.ts';
import {createDerive} from './hashing.ts';
import {countUsers} from './metrics.ts';
import {createPasswords} from './passwords.ts';
import {createStore} from './store.ts';
import {createTokens} from './tokens.ts';
import {makeAdmin, type UserStore} from './users.ts';

const service = await boot('users', settings);
const {config, log, metrics} = service;
const names = {issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE};
const tokens = config.AUTH_KEYS && (await createTokens(config.AUTH_KEYS, names));
const verifying = createLocalJWKSet(tokens ? tokens.published : {keys: []});
const authenticate = config.AUTH === 'open' ? openToAll : tokensOf(names, verifying);

const passwords = createPasswords(createDerive(metrics.registry));
const store = await untilOpen(
  () =>
    openStore(config.MONGO_URL, service, async connection => {
      const store = await createStore(connection);
      await ensureAdmin(store);
      return store;
    }),
  service,
);
const rateLimit = createRateLimits(metrics.registry, config.AUTH === 'token');
const app = createApp(
  {
    ...service,
    corsOrigins: config.CORS_ORIGINS,
    trustedProxies: config.TRUSTED_PROXIES,
    authenticate,
    limits: {address: rateLimit('address', config.ATTEMPTS_PER_ADDRESS), principal: unlimited},
  },
  {
    store,
    passwords,
    limitAccount: rateLimit('account', config.ATTEMPTS_PER_ACCOUNT),
    observe: countUsers(metrics.registry),
  },
  tokens,
);
await serve(app, service, () => store.close());

async function ensureAdmin(store: UserStore): Promise<void> {
  const {ADMIN_EMAIL: email, ADMIN_PASSWORD: password} = config;
  if (!email || !password) return;

  const outcome = await makeAdmin({store, passwords}, {email, password});
  if (outcome === 'made') log.info('first admin created');
  if (outcome === 'taken')
    log.error('ADMIN_EMAIL belongs to an existing user without the role admin; choose another e-mail');
}
