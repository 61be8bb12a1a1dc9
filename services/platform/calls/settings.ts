import * as z from 'zod';

const timeout = z.coerce.number().int().min(1).max(10_000);
const age = z.coerce.number().int().min(0).max(3_600_000);

const shapeOf = (name: string) => ({
  URL: z
    .url({protocol: /^https?$/u})
    .default(`http://${name}`)
    .describe(`URL of ${name}; in a cluster, its Service`),
  CONNECT_MS: timeout.default(200).describe(`Timeout of a DNS lookup for ${name}, and of a connection to it`),
  ATTEMPT_MS: timeout.default(500).describe(`Timeout of one call to ${name}`),
  CHECK_MS: timeout.default(1_200).describe(`Timeout of a whole check at ${name}, with its wait, call and retry`),
  CACHE_FRESH_MS: age
    .default(5_000)
    .describe(`TTL of the cache of ${name}: so long an entry is served without asking; 0 asks every time`),
  CACHE_STALE_MS: age
    .default(300_000)
    .describe(`How long a stale cache entry is still served while ${name} fails; 0 serves none`),
});

type Shape = ReturnType<typeof shapeOf>;
type Prefixed<Name extends string, Of> = {[Key in keyof Of & string as `${Uppercase<Name>}_${Key}`]: Of[Key]};

/** How to reach a neighbour, how long to wait for it, and how long to remember what it said. */
export type NeighbourSettings = z.output<z.ZodObject<Shape>>;
export type NeighbourConfig<Name extends string> = Prefixed<Name, NeighbourSettings>;

const prefixOf = (name: string): string => `${name.toUpperCase()}_`;

/** The settings that a service has for a neighbour of this name, as USERS_URL; spread them into its own. */
export function neighbourSettings<Name extends string>(name: Name): Prefixed<Name, Shape> {
  const entries = Object.entries(shapeOf(name)).map(([key, schema]) => [prefixOf(name) + key, schema]);
  return Object.fromEntries(entries) as Prefixed<Name, Shape>;
}

/** The same without the prefix, from the config of a service. */
export function settingsOf<Name extends string>(name: Name, config: NeighbourConfig<Name>): NeighbourSettings {
  const values: Record<string, unknown> = config;
  const entries = Object.keys(shapeOf(name)).map(key => [key, values[prefixOf(name) + key]]);
  return Object.fromEntries(entries) as NeighbourSettings;
}
