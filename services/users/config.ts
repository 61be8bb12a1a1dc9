import * as z from 'zod';
import {secret} from '#platform/config.ts';
import {baseSettings} from '#platform/settings.ts';
import {Email, Password} from './contract.ts';
import {PrivateKeys} from './keys.ts';

const perMinute = z.coerce.number().int().min(0).max(1_000_000);

/** What users needs from its environment. */
export const settings = z
  .object({
    ...baseSettings({api: 3001, ops: 9001}),
    TRUSTED_PROXIES: z.coerce
      .number()
      .int()
      .min(0)
      .max(10)
      .default(0)
      .describe('Proxies in front of the service, whose X-Forwarded-For says who calls; 0 is nobody'),
    ATTEMPTS_PER_ADDRESS: perMinute
      .default(60)
      .describe('Registrations and logins a minute from one address, per pod, with `AUTH=token`; 0 is any number'),
    ATTEMPTS_PER_ACCOUNT: perMinute.default(10).describe('The same for one e-mail, and changes a minute of one user'),
    AUTH_KEYS: secret(
      PrivateKeys.optional().describe(
        'Private Ed25519 keys in PEM: the first signs tokens, all are published; required with `AUTH=token`',
      ),
    ),
    ADMIN_EMAIL: secret(Email.optional().describe('E-mail of the first admin, made at the start if nobody has it')),
    ADMIN_PASSWORD: secret(Password.optional().describe('Its password at first')),
  })
  .refine(({AUTH, AUTH_KEYS}) => AUTH === 'open' || AUTH_KEYS, {
    path: ['AUTH_KEYS'],
    message: 'is required with AUTH=token',
  })
  .refine(({ADMIN_EMAIL, ADMIN_PASSWORD}) => !ADMIN_EMAIL === !ADMIN_PASSWORD, {
    path: ['ADMIN_EMAIL'],
    message: 'goes together with ADMIN_PASSWORD',
  });
