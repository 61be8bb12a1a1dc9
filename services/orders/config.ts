import * as z from 'zod';
import {baseSettings} from '#platform/settings.ts';

const milliseconds = z.coerce.number().int().min(1).max(10_000);
const age = z.coerce.number().int().min(0).max(3_600_000);

/** What orders needs from its environment. */
export const settings = z.object({
  ...baseSettings({api: 3002, ops: 9002}),
  USERS_URL: z
    .url({protocol: /^https?$/u})
    .default('http://users')
    .describe('Where users answers; in a cluster, its Service'),
  USERS_CONNECT_MS: milliseconds.default(200).describe('Longest wait for a connection to users'),
  USERS_ATTEMPT_MS: milliseconds.default(500).describe('Longest single call to users'),
  USERS_CHECK_MS: milliseconds
    .default(1_200)
    .describe('Longest time in which users must have said whether a buyer exists'),
  USERS_CACHE_FRESH_MS: age
    .default(5_000)
    .describe('How long a user who was found need not be asked for again; with 0 every order asks'),
  USERS_CACHE_STALE_MS: age
    .default(300_000)
    .describe('How long a user who was found may still order while users fails; 0 is not at all'),
  REQUESTS_PER_USER: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(600)
    .describe('Requests a minute by one user, per pod, with `AUTH=token`; 0 is any number'),
});
