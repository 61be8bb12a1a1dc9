import * as z from 'zod';

const timeout = z.coerce.number().int().min(1).max(10_000);
const age = z.coerce.number().int().min(0).max(3_600_000);

const shapeOf = (name: string) => ({
  URL: z
    .url({protocol: /^https?$/u})
    .default(`http://${name}`)
    .describe(`URL of ${name}; in a cluster, its Service`),
  CONNECT_MS: timeout.default(200).describe(`Timeout of the DNS lookup for ${name}, and of a new connection to it`),
  ATTEMPT_MS: timeout.default(500).describe(`Timeout of one call to ${name}`),
  CHECK_MS: timeout.default(1_200).describe(`Timeout of a whole check at ${name}, including queueing and retry`),
  CACHE_FRESH_MS: age.default(5_000).describe(`Cache TTL of answers from ${name}; 0 asks ${name} every time`),
  CACHE_STALE_MS: age
    .default(300_000)
    .describe(`Age up to which a stale cache entry is served while ${name} fails; 0 serves none`),
});

type Shape = ReturnType<typeof shapeOf>;
type Prefixed<Name extends string, Of> = {[Key in keyof Of & string as `${Uppercase<Name>}_${Key}`]: Of[Key]};

/** The settings of a neighbour without their prefix: its URL, timeouts and cache ages, in milliseconds. */
export type NeighbourSettings = z.output<z.ZodObject<Shape>>;
export type NeighbourConfig<Name extends string> = Prefixed<Name, NeighbourSettings>;

const prefixOf = (name: string): string => `${name.toUpperCase()}_`;

/**
 * The settings for a neighbour, prefixed with its name, such as USERS_URL. Spread them into the settings of a service.
 */
export function neighbourSettings<Name extends string>(name: Name): Prefixed<Name, Shape> {
  const entries = Object.entries(shapeOf(name)).map(([key, schema]) => [prefixOf(name) + key, schema]);
  return Object.fromEntries(entries) as Prefixed<Name, Shape>;
}

/** Reads the settings of a neighbour from the config of a service. */
export function settingsOf<Name extends string>(name: Name, config: NeighbourConfig<Name>): NeighbourSettings {
  const values: Record<string, unknown> = config;
  const entries = Object.keys(shapeOf(name)).map(key => [key, values[prefixOf(name) + key]]);
  return Object.fromEntries(entries) as NeighbourSettings;
}
