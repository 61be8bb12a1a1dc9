import {LRUCache} from 'lru-cache';
import {annotate} from '../tracing.ts';
import {keyOf, Refused, type Lookup} from './lookup.ts';

export type CacheSettings = {CACHE_FRESH_MS: number; CACHE_STALE_MS: number};

/** `fresh`: a cache hit. `miss`: the neighbour was asked. `stale`: it failed, and an old entry was served. */
export type CacheResult = 'fresh' | 'miss' | 'stale';

/** At most a few megabytes. A new entry beyond this evicts the least recently used one. */
const MAX_ENTRIES = 10_000;

/**
 * The lookup with a cache. A fresh entry is served without asking the neighbour, a stale entry only if the neighbour
 * fails (stale-if-error). "Not found" is never cached, so what was created a moment ago is found.
 * Hand-written: lru-cache's stale-if-error turns a failed fetch of an unknown key into undefined, our "not found".
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
      // A refusal is an answer, and it invalidates the cached entry.
      if (error instanceof Refused) entries.delete(key);
      const stale = youngerThan(CACHE_STALE_MS, key);
      end(stale ? 'stale' : 'miss');
      if (!stale) throw error;
      return stale;
    }
  };
}
