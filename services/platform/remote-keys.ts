import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwksCache,
  type FetchImplementation,
  type JWKSCacheInput,
  type JWTVerifyGetKey,
} from 'jose';
import {Gauge} from 'prom-client';
import {AppError, type ErrorKind} from './errors.ts';
import type {Log} from './log.ts';
import type {Metrics} from './metrics.ts';

const FETCH_EVERY_MS = 60_000;

/** How long the last fetched keys stay valid while fetching fails. */
const GOOD_FOR_MS = 15 * 60_000;

/** After a successful fetch, unknown key ids cause no other for this long: tokens may carry made-up ids. */
const KNOWN_FOR_MS = 5_000;

/** The least time between two fetches, also when they fail. */
const ASK_EVERY_MS = 1_000;

export type RemoteKeys = {
  /** Where the other service answers; it publishes its keys there at `.well-known/jwks.json`. */
  url: string;
  timeoutMs: number;
  /** The problem for a request whose token cannot be verified because the keys are missing. */
  unavailable: ErrorKind;
  log: Log;
  metrics: Metrics;
};

/**
 * A cache of the keys that another service publishes (JWKS). It fetches them at once, then every minute, and when a
 * token names an unknown key.
 * @throws AppError `unavailable` if keys are needed and cannot be fetched.
 */
export function createRemoteKeys({url, timeoutMs, unavailable, log, metrics}: RemoteKeys): JWTVerifyGetKey {
  const cache: JWKSCacheInput = {};
  const published = createRemoteJWKSet(new URL(`${url.replace(/\/$/u, '')}/.well-known/jwks.json`), {
    timeoutDuration: timeoutMs,
    cacheMaxAge: GOOD_FOR_MS,
    cooldownDuration: KNOWN_FOR_MS,
    [customFetch]: atMostEvery(ASK_EVERY_MS, fetch),
    [jwksCache]: cache,
  });
  observeAge(metrics, () => cache.uat);

  const fetchAnew = () =>
    published.reload().catch((error: unknown) => log.warn({err: error}, 'token keys could not be fetched'));
  void fetchAnew();
  setInterval(() => void fetchAnew(), FETCH_EVERY_MS).unref();

  return (header, token) => published(header, token).catch((error: unknown) => undecided(error, unavailable));
}

function atMostEvery(ms: number, call: FetchImplementation): FetchImplementation {
  let calledAt = -Infinity;
  return async (...input) => {
    if (Date.now() - calledAt < ms) throw new Error('keys were fetched less than a second ago');
    calledAt = Date.now();
    return call(...input);
  };
}

/** An unknown key is the caller's fault, as the keys were fetched a moment ago. Any other failure is ours. */
function undecided(error: unknown, unavailable: ErrorKind): never {
  const isToken = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
  throw isToken ? error : new AppError(unavailable, {cause: error});
}

function observeAge({registry}: Metrics, fetchedAt: () => number | undefined): void {
  new Gauge({
    name: 'token_keys_age_seconds',
    help: 'Age of the cached keys that verify tokens; they expire after 900 s.',
    registers: [registry],
    collect() {
      const at = fetchedAt();
      if (at !== undefined) this.set((Date.now() - at) / 1000);
    },
  });
}
