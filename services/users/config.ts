import * as z from 'zod';
import {baseSettings} from '#platform/settings.ts';

/** What users needs from its environment. */
export const settings = z.object(baseSettings({api: 3001, ops: 9001}));
