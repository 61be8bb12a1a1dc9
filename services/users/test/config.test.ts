import test from 'ava';
import {ConfigError, maskSecrets, readConfig} from '#platform/config.ts';
import {settings} from '../config.ts';
import {signer} from './fixtures.ts';

const env = {MONGO_URL: 'mongodb://localhost/users'};

for (const [what, more, complaint] of [
  ['tokens without keys', {AUTH: 'token'}, /AUTH_KEYS: is required with AUTH=token/u],
  ['malformed keys', {AUTH_KEYS: 'nonsense'}, /AUTH_KEYS: must be private Ed25519 keys/u],
  [
    'an admin without a password',
    {ADMIN_EMAIL: 'root@example.com'},
    /ADMIN_EMAIL: must be set together with ADMIN_PASSWORD/u,
  ],
  ['an admin without an e-mail', {ADMIN_PASSWORD: 'correct horse'}, /ADMIN_EMAIL: must be set together/u],
  [
    'an admin with a short password',
    {ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD: 'horse'},
    /ADMIN_PASSWORD: must have 8 to 128 characters/u,
  ],
] as const) {
  test(`users does not start with ${what}`, t => {
    t.throws(() => readConfig(settings, {...env, ...more}), {instanceOf: ConfigError, message: complaint});
  });
}

test('keys and the first admin are masked in the log', t => {
  const secrets = {AUTH_KEYS: signer.pem, ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD: 'correct horse'};

  const config = readConfig(settings, {...env, ...secrets, AUTH: 'token'});

  t.like(maskSecrets(settings, config), {AUTH: 'token', AUTH_KEYS: '***', ADMIN_EMAIL: '***', ADMIN_PASSWORD: '***'});
});
