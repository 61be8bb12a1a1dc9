import {createLocalJWKSet} from 'jose';
import {createAuthenticate, namesIn} from '#platform/auth.ts';
import {boot, serve} from '#platform/lifecycle.ts';
import {untilStoreIsOpen} from '#platform/mongo/open.ts';
import {createRateLimits} from '#platform/rate-limit.ts';
import {createApp} from './app.ts';
import {settings} from './config.ts';
import {createDerive} from './hashing.ts';
import {countUsers} from './metrics.ts';
import {createPasswords} from './passwords.ts';
import {createStore} from './store.ts';
import {createIssuer} from './tokens.ts';
import {makeAdmin, type UserStore} from './users.ts';

const service = await boot('users', settings);
const {config, log, metrics} = service;
const issuer = config.AUTH_KEYS && (await createIssuer(config.AUTH_KEYS, namesIn(config)));
const authenticate = createAuthenticate(config, () => createLocalJWKSet(issuer ? issuer.published : {keys: []}));
const passwords = createPasswords(createDerive(metrics.registry));
const store = await untilStoreIsOpen(service, async (...connections) => {
  const store = await createStore(...connections);
  await ensureAdmin(store);
  return store;
});
/** An IPv6 network (/56) has as many attempts as four of its addresses: with all 256, one client could keep others out. */
const ADDRESSES_PER_NETWORK = 4;

const rateLimit = createRateLimits(metrics.registry, config.AUTH === 'token');
const limits = {
  address: rateLimit('address', config.ATTEMPTS_PER_ADDRESS),
  network: rateLimit('network', ADDRESSES_PER_NETWORK * config.ATTEMPTS_PER_ADDRESS),
  principal: rateLimit('principal', config.REQUESTS_PER_USER),
};
const limitAccount = rateLimit('account', config.ATTEMPTS_PER_ACCOUNT);

const app = createApp(
  {...service, authenticate, limits},
  {store, passwords, limitAccount, observe: countUsers(metrics.registry)},
  issuer,
);
await serve(app, service, () => store.close());

async function ensureAdmin(store: UserStore): Promise<void> {
  const {ADMIN_EMAIL: email, ADMIN_PASSWORD: password} = config;
  if (!email || !password) return;

  const outcome = await makeAdmin({store, passwords}, {email, password});
  if (outcome === 'made') log.info('first admin created');
  if (outcome === 'taken')
    log.error('there is no admin, and ADMIN_EMAIL belongs to an existing user; choose another e-mail');
}
