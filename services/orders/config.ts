import * as z from 'zod';
import {neighbourSettings} from '#platform/calls/settings.ts';
import {databaseSettings} from '#platform/mongo/settings.ts';
import {baseSettings} from '#platform/settings.ts';

/** The settings of orders, from its environment. */
export const settings = z.object({
  ...baseSettings({api: 3002, ops: 9002}),
  ...databaseSettings,
  // USERS_URL, USERS_ATTEMPT_MS (timeout of one call) and the others: platform/calls/settings.ts.
  ...neighbourSettings('users'),
});
