import * as z from 'zod';
import {secret} from './config.ts';
import {logLevels} from './log.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(0).max(600_000);

const origins = z
  .string()
  .default('')
  .transform(list =>
    list
      .split(',')
      .map(origin => origin.trim())
      .filter(Boolean),
  );

/** The settings that every service has; spread them into its own. */
export const baseSettings = (ports: {api: number; ops: number}) => ({
  PORT: port.default(ports.api).describe('Port of the API'),
  OPS_PORT: port.default(ports.ops).describe('Port of `/livez`, `/readyz` and `/metrics`'),
  MONGO_URL: secret(z.url({protocol: /^mongodb(\+srv)?$/u}).describe("The service's own MongoDB, database included")),
  AUTH: z
    .enum(['open', 'token'])
    .default('open')
    .describe('Who may call: `open` is everybody, `token` who has a token from users'),
  AUTH_ISSUER: z.string().default('duet').describe('Who issues the tokens, by name (`iss`); the same in every service'),
  AUTH_AUDIENCE: z.string().default('duet').describe('Whom they are for, by name (`aud`); the same in every service'),
  CORS_ORIGINS: origins.describe(
    'Origins whose pages may call, separated by commas; empty means any, without credentials',
  ),
  LOG_LEVEL: z.enum(logLevels).default('info').describe('The least level that is logged'),
  DRAIN_MS: milliseconds
    .default(5_000)
    .describe('How long the service serves on after SIGTERM, while load balancers take notice'),
  SHUTDOWN_MS: milliseconds.default(20_000).describe('This long after SIGTERM the process ends, whatever is left'),
});

export type BaseConfig = z.output<z.ZodObject<ReturnType<typeof baseSettings>>>;
