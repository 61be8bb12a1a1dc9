import * as z from 'zod';
import {secret} from '#platform/config.ts';
import {databaseSettings} from '#platform/mongo/settings.ts';
import {baseSettings, perMinute} from '#platform/settings.ts';
import {Email, Password} from './contract.ts';
import {PrivateKeys} from './keys.ts';

/** The settings of users. */
export const settings = z
  .object({
    ...baseSettings({api: 3001, ops: 9001}),
    ...databaseSettings,
    ATTEMPTS_PER_ADDRESS: perMinute
      .default(60)
      .describe('Rate limit with `AUTH=token`: registrations and logins a minute from one address, per pod. 0: none'),
    ATTEMPTS_PER_ACCOUNT: perMinute
      .default(10)
      .describe(
        'Rate limit with `AUTH=token`: attempts a minute with one e-mail, or changes of one user by one caller. 0: none',
      ),
    AUTH_KEYS: secret(
      PrivateKeys.optional().describe(
        'Signing keys, private Ed25519 in PEM: the first signs tokens, all are published. Required with `AUTH=token`',
      ),
    ),
    ADMIN_EMAIL: secret(
      Email.optional().describe('E-mail of the first admin, created at startup while no account has the role'),
    ),
    ADMIN_PASSWORD: secret(Password.optional().describe('Initial password of the first admin')),
  })
  .refine(({AUTH, AUTH_KEYS}) => AUTH === 'open' || AUTH_KEYS, {
    path: ['AUTH_KEYS'],
    message: 'is required with AUTH=token',
  })
  .refine(({ADMIN_EMAIL, ADMIN_PASSWORD}) => !ADMIN_EMAIL === !ADMIN_PASSWORD, {
    path: ['ADMIN_EMAIL'],
    message: 'must be set together with ADMIN_PASSWORD',
  });
