import {LRUCache} from 'lru-cache';
import {Counter, type Registry} from 'prom-client';
import {AppError, tooManyRequests} from './errors.ts';
import {startAtZero} from './metrics.ts';

/** Counts a call of this key (address, e-mail or user id). @throws AppError `too_many_requests` over the limit. */
export type RateLimit = (key: string) => void;

export const unlimited: RateLimit = () => undefined;

/** Creates the rate limits of a service. Each key is counted separately, in this process only. */
export function createRateLimits(registry: Registry, isOn: boolean) {
  const refusals = new Counter({
    name: 'rate_limited_requests_total',
    help: 'Requests refused by a rate limit, by its kind: per address, network (IPv6), account or principal.',
    labelNames: ['kind'],
    registers: [registry],
  });

  /** A limit on the calls of each key in a minute; 0 means no limit. */
  return function rateLimit(kind: 'address' | 'network' | 'account' | 'principal', perMinute: number): RateLimit {
    startAtZero(refusals, 'kind', [kind]);
    return isOn && perMinute > 0 ? createRateLimit(perMinute, () => refusals.inc({kind})) : unlimited;
  };
}

const MINUTE = 60_000;

/** About 3 MB. A new key beyond this evicts the one that has not called for the longest time. */
const MAX_KEYS = 10_000;

/** A minute's calls at once would be an overload, not a rate. This is what a page or an app sends when it opens. */
const burstOf = (perMinute: number): number => Math.min(perMinute, Math.max(10, Math.ceil(perMinute / 10)));

/** GCRA: allows a burst of a tenth of a minute's calls or ten, then one call whenever its share of a minute has passed. */
export function createRateLimit(perMinute: number, refused = () => {}, now = () => performance.now()): RateLimit {
  const share = MINUTE / perMinute;
  const burstMs = burstOf(perMinute) * share;
  // When the burst of a key is full again. Each call postpones it by one interval.
  const restored = new LRUCache<string, number>({max: MAX_KEYS});

  return function limit(key) {
    const at = now();
    const next = Math.max(restored.get(key) ?? 0, at) + share;
    const wait = Math.round(next - at - burstMs);
    if (wait > 0) {
      refused();
      throw new AppError({...tooManyRequests, retryAfter: Math.ceil(wait / 1000)});
    }
    restored.set(key, next);
  };
}
