import * as z from 'zod';
import {baseSettings} from '#platform/settings.ts';

const milliseconds = z.coerce.number().int().min(1).max(10_000);

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
  REQUESTS_PER_USER: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(600)
    .describe('Requests a minute by one user, per pod, with `AUTH=token`; 0 is any number'),
});
