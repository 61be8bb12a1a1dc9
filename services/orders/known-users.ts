import type {FindUser} from './orders.ts';
import {Refusal} from './users-attempt.ts';

export type MemorySettings = {USERS_CACHE_FRESH_MS: number; USERS_CACHE_STALE_MS: number};

/** How a check ended: in memory, at users, or in memory because users failed. */
export type MemoryUse = 'fresh' | 'miss' | 'stale';

/** At most a few megabytes, and more buyers than a pod sees in five minutes. */
const MAX_KNOWN = 10_000;

/**
 * The same search with a memory of whom it found: for a short time instead of asking users, for a longer one only when
 * users fails. That somebody is not there is never remembered: who registered a moment ago can order.
 */
export function remembered(
  find: FindUser,
  {USERS_CACHE_FRESH_MS, USERS_CACHE_STALE_MS}: MemorySettings,
  onUse: (use: MemoryUse) => void,
  now = () => performance.now(),
): FindUser {
  // A Map keeps the order in which its keys came: the first is who was not found for longest.
  const foundAt = new Map<string, number>();

  function remember(key: string): void {
    foundAt.delete(key);
    foundAt.set(key, now());
    const [oldest = key] = foundAt.keys();
    if (foundAt.size > MAX_KNOWN) foundAt.delete(oldest);
  }

  return async function rememberedFindUser(id, token) {
    const key = keyOf(id, token);
    const wasFoundWithin = (ms: number) => now() - (foundAt.get(key) ?? -Infinity) < ms;

    if (wasFoundWithin(USERS_CACHE_FRESH_MS)) {
      onUse('fresh');
      return {id};
    }

    try {
      const user = await find(id, token);
      if (user) remember(key);
      else foundAt.delete(key);
      onUse('miss');
      return user;
    } catch (error) {
      // Here users did not fail: it takes back what it said.
      if (error instanceof Refusal) foundAt.delete(key);
      const isKnown = wasFoundWithin(USERS_CACHE_STALE_MS);
      onUse(isKnown ? 'stale' : 'miss');
      if (!isKnown) throw error;
      return {id};
    }
  };
}

/** What one caller may know is not known to another. */
export const keyOf: (...search: Parameters<FindUser>) => string = (id, token = '') => `${id} ${token}`;
