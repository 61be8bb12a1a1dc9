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

/** How long the last keys are good for while no others can be had. */
const GOOD_FOR_MS = 15 * 60_000;

/** Tokens with made-up key ids cannot make us ask for new keys more often than this. */
const KNOWN_FOR_MS = 5_000;

/** Nor can any token, however the answers are. */
const ASK_EVERY_MS = 1_000;

export type RemoteKeys = {
  /** Where the other service answers; it publishes its keys there at `.well-known/jwks.json`. */
  url: string;
  timeoutMs: number;
  /** What a request is answered whose token cannot be judged for want of keys. */
  unavailable: ErrorKind;
  log: Log;
  metrics: Metrics;
};

/**
 * The keys that another service publishes, fetched at once and every minute from then on, and when a token names
 * a key that is not among them.
 * @throws AppError `unavailable` where nobody can say whether a key is theirs.
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
    published.reload().catch((error: unknown) => log.warn({err: error}, 'the keys of tokens could not be fetched'));
  void fetchAnew();
  setInterval(() => void fetchAnew(), FETCH_EVERY_MS).unref();

  return (header, token) => published(header, token).catch((error: unknown) => undecided(error, unavailable));
}

function atMostEvery(ms: number, call: FetchImplementation): FetchImplementation {
  let calledAt = -Infinity;
  return async (...input) => {
    if (Date.now() - calledAt < ms) throw new Error('asked less than a second ago');
    calledAt = Date.now();
    return call(...input);
  };
}

/** A key that is not among those of a moment ago is the token's fault; whatever else went wrong is not. */
function undecided(error: unknown, unavailable: ErrorKind): never {
  const isToken = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
  throw isToken ? error : new AppError(unavailable, {cause: error});
}

function observeAge({registry}: Metrics, fetchedAt: () => number | undefined): void {
  new Gauge({
    name: 'token_keys_age_seconds',
    help: 'Time since the keys that verify tokens were fetched; they are good for 900 s.',
    registers: [registry],
    collect() {
      const at = fetchedAt();
      if (at !== undefined) this.set((Date.now() - at) / 1000);
    },
  });
}
