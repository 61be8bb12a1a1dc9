import {createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey} from 'jose';
import {Gauge} from 'prom-client';
import {createAttempt, type AttemptSettings} from './calls/attempt.ts';
import {UnexpectedAnswer} from './calls/lookup.ts';
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
  /** The name of this service, sent as User-Agent. */
  from: string;
  /** Where the other service answers, and the timeouts; it publishes its keys there at `.well-known/jwks.json`. */
  settings: AttemptSettings;
  /** The problem for a request whose token cannot be verified because the keys are missing. */
  unavailable: ErrorKind;
  log: Log;
  metrics: Metrics;
  /** Milliseconds on a monotonic clock: a new system time must neither keep old keys nor drop good ones. */
  now?: () => number;
};

type Fetched = {find: JWTVerifyGetKey; at: number};

/**
 * A cache of the keys that another service publishes (JWKS). It fetches them at once, then every minute, and when a
 * token names an unknown key.
 * Hand-written: jose's cache goes by the system time, and its fetch goes through HTTP_PROXY.
 * @throws AppError `unavailable` if keys are needed and cannot be fetched.
 */
export function createRemoteKeys({
  unavailable,
  log,
  metrics,
  now = () => performance.now(),
  ...where
}: RemoteKeys): JWTVerifyGetKey {
  const fetchKeys = createFetch(where);
  let fetched: Fetched | undefined;
  let fetching: Promise<Fetched> | undefined;
  let askedAt = -Infinity;
  const age = (): number => (fetched ? now() - fetched.at : Infinity);
  observeAge(metrics, age);

  async function fetchAnew(): Promise<Fetched> {
    if (now() - askedAt < ASK_EVERY_MS) throw new Error('keys were fetched less than a second ago');
    askedAt = now();
    const keys = await fetchKeys();
    return (fetched = {find: createLocalJWKSet(keys), at: now()});
  }

  /** Callers at the same time share one fetch. */
  function reload(): Promise<Fetched> {
    fetching ??= fetchAnew().finally(() => (fetching = undefined));
    return fetching;
  }

  const refresh = () => reload().catch((error: unknown) => log.warn({err: error}, 'token keys could not be fetched'));
  void refresh();
  setInterval(() => void refresh(), FETCH_EVERY_MS).unref();

  async function find(...token: Parameters<JWTVerifyGetKey>) {
    const keys = fetched && age() < GOOD_FOR_MS ? fetched : await reload();
    try {
      return await keys.find(...token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || age() < KNOWN_FOR_MS) throw error;
      return (await reload()).find(...token);
    }
  }

  return (...token) => find(...token).catch((error: unknown) => undecided(error, unavailable));
}

/** An unknown key is the caller's fault, as the keys were fetched a moment ago. Any other failure is ours. */
function undecided(error: unknown, unavailable: ErrorKind): never {
  const isToken = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
  throw isToken ? error : new AppError(unavailable, {cause: error});
}

function createFetch({from, settings}: Pick<RemoteKeys, 'from' | 'settings'>) {
  const attempt = createAttempt(from, settings, 1);

  return async function fetchKeys(): Promise<JSONWebKeySet> {
    const {statusCode, body} = await attempt({method: 'GET', path: '.well-known/jwks.json'});
    if (statusCode !== 200) throw new UnexpectedAnswer(`the keys were answered with ${statusCode}`);
    return JSON.parse(body) as JSONWebKeySet;
  };
}

function observeAge({registry}: Metrics, age: () => number): void {
  new Gauge({
    name: 'token_keys_age_seconds',
    help: 'Age of the cached keys that verify tokens; they expire after 900 s.',
    registers: [registry],
    collect() {
      if (Number.isFinite(age())) this.set(age() / 1000);
    },
  });
}
