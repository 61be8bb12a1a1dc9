import {LRUCache} from 'lru-cache';
import {annotate} from '../tracing.ts';
import {keyOf, Refused, type Lookup} from './lookup.ts';

export type CacheSettings = {CACHE_FRESH_MS: number; CACHE_STALE_MS: number};

/** Where an answer came from: the cache, the neighbour, or the cache because the neighbour failed. */
export type CacheResult = 'fresh' | 'miss' | 'stale';

/** At most a few megabytes, and more than a pod looks up in five minutes. */
const MAX_ENTRIES = 10_000;

/**
 * The same lookup with a cache of what it found: an entry is served for a short time instead of asking the neighbour, and
 * for a longer one only when the neighbour fails. That something is not there is never cached: what was created a moment
 * ago is found.
 */
export function cached<T extends object>(
  lookup: Lookup<T>,
  {CACHE_FRESH_MS, CACHE_STALE_MS}: CacheSettings,
  onResult: (result: CacheResult) => void,
  now = () => performance.now(),
): Lookup<T> {
  const entries = new LRUCache<string, {value: T; at: number}>({max: MAX_ENTRIES});

  function youngerThan(ms: number, key: string): T | undefined {
    const entry = entries.get(key);
    return entry && now() - entry.at < ms ? entry.value : undefined;
  }

  function end(result: CacheResult): void {
    onResult(result);
    annotate({'cache.result': result});
  }

  return async function cachedLookup(query) {
    const key = keyOf(query);
    const fresh = youngerThan(CACHE_FRESH_MS, key);
    if (fresh) {
      end('fresh');
      return fresh;
    }

    try {
      const value = await lookup(query);
      if (value) entries.set(key, {value, at: now()});
      else entries.delete(key);
      end('miss');
      return value;
    } catch (error) {
      // Here the neighbour did not fail: it takes back what it said.
      if (error instanceof Refused) entries.delete(key);
      const stale = youngerThan(CACHE_STALE_MS, key);
      end(stale ? 'stale' : 'miss');
      if (!stale) throw error;
      return stale;
    }
  };
}
