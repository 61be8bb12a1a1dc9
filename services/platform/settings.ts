import * as z from 'zod';
import type {ConnectionLimits} from './connections.ts';
import {logLevels} from './log.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(0).max(600_000);
const bound = z.coerce.number().int().min(0).max(100_000);

/** A rate limit: calls a minute, or 0 for none. */
export const perMinute = z.coerce.number().int().min(0).max(1_000_000);

/** A list of origins, each as browsers send it: in lower case, without the default port and without a slash. */
const origins = z
  .string()
  // For the charts' schemas, which cannot do more than this.
  .meta({pattern: String.raw`^(\s*([hH][tT][tT][pP][sS]?://[^,]+)?(,|$))*$`})
  .default('')
  .transform((list, context) =>
    list
      .split(',')
      .map(origin => origin.trim())
      .filter(Boolean)
      .map(text => {
        const origin = originOf(text);
        if (!origin) context.addIssue(`"${text}" is not an origin such as https://shop.example`);
        return origin ?? z.NEVER;
      }),
  );

function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  // Anything after the host is in `href` only. A `*` would match no origin, since origins are compared as they are.
  const isOrigin = url && /^https?:$/u.test(url.protocol) && url.href === `${url.origin}/` && !url.host.includes('*');
  return isOrigin ? url.origin : undefined;
}

/** The settings that every service has; spread them into the service's schema. */
export const baseSettings = (ports: {api: number; ops: number}) => ({
  PORT: port.default(ports.api).describe('Port of the API'),
  OPS_PORT: port.default(ports.ops).describe('Port of `/livez` (liveness), `/readyz` (readiness) and `/metrics`'),
  LISTEN_HOST: z
    .string()
    .default('')
    .describe('Address that both ports listen on, such as `127.0.0.1`. Empty: every address of the machine'),
  AUTH: z
    .enum(['open', 'token'])
    .default('open')
    .describe('Authentication: `open` lets anyone call, `token` requires a token of AUTH_ISSUER'),
  AUTH_ISSUER: z.string().default('duet').describe('Issuer of tokens (`iss`); the same in every service'),
  AUTH_AUDIENCE: z.string().default('duet').describe('Audience of tokens (`aud`); the same in every service'),
  TRUSTED_PROXIES: z.coerce
    .number()
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe('Number of trusted proxies in front that append to X-Forwarded-For. 0: the header is ignored'),
  REQUESTS_PER_USER: perMinute
    .default(600)
    .describe('Rate limit with `AUTH=token`: requests a minute by one user, per pod. 0: none'),
  CORS_ORIGINS: origins.describe(
    'Allowed CORS origins, separated by commas. Empty: any origin. Credentials are never allowed',
  ),
  // Little's law: 1,000 requests a second, which one core serves, at 0.25 s each. The limit must leave room beside the
  // requests that wait for another service or for a password hash (up to 64 each), which use no core.
  MAX_IN_FLIGHT: bound
    .default(256)
    .describe('Load shedding: maximum number of requests in flight; more are refused with 503. 0: no limit'),
  // 1,000 connections that had each sent 31 kB of a body took 120 MB, which is what a pod of 256 MB can spare. What all
  // bodies hold together has a limit of its own (bodies.ts).
  MAX_CONNECTIONS: bound
    .default(1_000)
    .describe(
      'Maximum number of open connections; one more closes the one that is idle for the longest time. 0: no limit',
    ),
  // Half of them. A proxy in front is one address; it has no use for more connections than MAX_IN_FLIGHT.
  MAX_CONNECTIONS_PER_ADDRESS: bound
    .default(500)
    .describe('Maximum number of open connections of one client address, or of one proxy. 0: no limit'),
  // A new pod has its share of the requests as soon as clients connect again; a connection costs less than a request.
  CONNECTION_AGE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(86_400_000)
    .default(10_000)
    .describe(
      'Age after which a connection is closed with its next answer, so that clients meet new pods; a fifth more or less. 0: never',
    ),
  // Longer than AWS's balancers and nginx keep an idle connection (60 s).
  KEEP_ALIVE_MS: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(7_200_000)
    .default(65_000)
    .describe('Time after which an idle connection is closed. More than the load balancer in front keeps it'),
  LOG_LEVEL: z.enum(logLevels).default('info').describe('Lowest level that is logged'),
  DRAIN_MS: milliseconds
    .default(5_000)
    .describe('Drain (graceful shutdown): keep serving this long after SIGTERM, until load balancers notice'),
  SHUTDOWN_MS: milliseconds
    .default(20_000)
    .describe('Timeout of graceful shutdown: this long after SIGTERM the process ends, whatever is in flight'),
});

/** The settings with what must hold between them: a drain that outlives its shutdown would be cut in the middle. */
export const coherent = <S extends z.ZodObject>(settings: S): S =>
  settings.refine(({DRAIN_MS, SHUTDOWN_MS}) => Number(DRAIN_MS) < Number(SHUTDOWN_MS), {
    path: ['DRAIN_MS'],
    error: 'must be less than SHUTDOWN_MS',
  });

/** The limits on open connections, as a server takes them. */
export const connectionLimitsIn = (
  config: Pick<BaseConfig, 'MAX_CONNECTIONS' | 'MAX_CONNECTIONS_PER_ADDRESS' | 'CONNECTION_AGE_MS'>,
): ConnectionLimits => ({
  all: config.MAX_CONNECTIONS,
  perAddress: config.MAX_CONNECTIONS_PER_ADDRESS,
  ageMs: config.CONNECTION_AGE_MS,
});

export type BaseConfig = z.output<z.ZodObject<ReturnType<typeof baseSettings>>>;
