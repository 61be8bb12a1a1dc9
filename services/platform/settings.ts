import * as z from 'zod';
import {secret} from './config.ts';
import {logLevels} from './log.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(0).max(600_000);
const bound = z.coerce.number().int().min(0).max(100_000);

const origins = z
  .string()
  .default('')
  .transform(list =>
    list
      .split(',')
      .map(origin => origin.trim())
      .filter(Boolean),
  );

/**
 * A connection string with its database. No `z.url()`: one that names the three members of a replica set is no URL to it.
 */
export const mongoUrl = z
  .string()
  .regex(/^mongodb(\+srv)?:\/\/[^/?\s]+\/[^/?\s]+(\?\S*)?$/u, 'must be mongodb://host,host/database');

/** The settings that every service has; spread them into its own. */
export const baseSettings = (ports: {api: number; ops: number}) => ({
  PORT: port.default(ports.api).describe('Port of the API'),
  OPS_PORT: port.default(ports.ops).describe('Port of `/livez`, `/readyz` and `/metrics`'),
  MONGO_URL: secret(mongoUrl.describe("The service's own MongoDB, database included")),
  AUTH: z
    .enum(['open', 'token'])
    .default('open')
    .describe('Who may call: `open` is everybody, `token` who has a token from users'),
  AUTH_ISSUER: z.string().default('duet').describe('Who issues the tokens, by name (`iss`); the same in every service'),
  AUTH_AUDIENCE: z.string().default('duet').describe('Whom they are for, by name (`aud`); the same in every service'),
  CORS_ORIGINS: origins.describe(
    'Origins whose pages may call, separated by commas; empty means any, without credentials',
  ),
  // By Little's law 1,000 requests a second, what one core does, of 0.25 s each. It must leave room beside those that
  // may wait for another service or a hash (64 and 64), which cost no time of the core.
  MAX_IN_FLIGHT: bound
    .default(256)
    .describe('Requests that are served at once; more are refused with 503. 0: no bound'),
  // 1,000 that have each sent 31 kB of a body took 120 MB when tried, which is what a pod of 256 MB has to spare.
  MAX_CONNECTIONS: bound.default(1_000).describe('Connections that are open at once; more are closed. 0: no bound'),
  LOG_LEVEL: z.enum(logLevels).default('info').describe('The least level that is logged'),
  DRAIN_MS: milliseconds
    .default(5_000)
    .describe('How long the service serves on after SIGTERM, while load balancers take notice'),
  SHUTDOWN_MS: milliseconds.default(20_000).describe('This long after SIGTERM the process ends, whatever is left'),
});

export type BaseConfig = z.output<z.ZodObject<ReturnType<typeof baseSettings>>>;
