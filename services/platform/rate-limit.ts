import {LRUCache} from 'lru-cache';
import {Counter, type Registry} from 'prom-client';
import {AppError, tooManyRequests} from './errors.ts';
import {startAtZero} from './metrics.ts';

/** Counts a call by whoever or whatever the key names. @throws AppError `too_many_requests` when they are too many. */
export type RateLimit = (key: string) => void;

export const unlimited: RateLimit = () => undefined;

/** Each key has its own count, in this process only. The limits of a service, refusals counted by their kind. */
export function createRateLimits(registry: Registry, isOn: boolean) {
  const refusals = new Counter({
    name: 'rate_limited_requests_total',
    help: 'Requests refused because there were too many of one address, account or principal.',
    labelNames: ['kind'],
    registers: [registry],
  });

  /** A limit of so many calls in a minute; 0 is no limit. */
  return function rateLimit(kind: 'address' | 'account' | 'principal', perMinute: number): RateLimit {
    startAtZero(refusals, 'kind', [kind]);
    return isOn && perMinute > 0 ? createRateLimit(perMinute, () => refusals.inc({kind})) : unlimited;
  };
}

const MINUTE = 60_000;

/** Some 3 MB. Who comes when all are taken has the place of whoever has not called for longest. */
const MAX_KEYS = 10_000;

/** A minute's worth of calls at once, and then one whenever its share of a minute is over (GCRA). */
export function createRateLimit(perMinute: number, refused = () => {}, now = () => performance.now()): RateLimit {
  const share = MINUTE / perMinute;
  // When a key will have all of its minute again, as each call takes a share of it.
  const restored = new LRUCache<string, number>({max: MAX_KEYS});

  return function limit(key) {
    const at = now();
    const next = Math.max(restored.get(key) ?? 0, at) + share;
    const wait = Math.round(next - at - MINUTE);
    if (wait > 0) {
      refused();
      throw new AppError({...tooManyRequests, retryAfter: Math.ceil(wait / 1000)});
    }
    restored.set(key, next);
  };
}
