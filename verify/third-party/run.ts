import type {Auth} from '../lib/auth.ts';
import type {System} from '../system/start-system.ts';
import type {ThirdPartyConfig} from './config.ts';

/** What a claim works with: both services in one mode of AUTH, and the folder of Python's programs. */
export type Run = {system: System; auth: Auth; programs: string; config: ThirdPartyConfig};
