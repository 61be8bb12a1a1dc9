import {setTimeout as wait} from 'node:timers/promises';
import {LRUCache} from 'lru-cache';

/** Requests by client, so that one greedy client is refused, and not everybody. */
export type FairShare = {
  /** The requests that take a place. */
  total(): number;
  /** Whether one client of several has more than its part now, with those that wait for a refusal. */
  isCrowded(): boolean;
  /** Whether the client is one of several and has had more than its part in the last half second. */
  isGreedy(client: string): boolean;
  add(client: string, more: number): void;
  /** Whether the client has fewer requests than another one, also with one more. */
  isModest(client: string): boolean;
  /**
   * Waits before a refusal of the client that has the most, while there are others. Otherwise a client that asks again at
   * once would have the process do nothing but refuse.
   */
  beforeRefusal(client: string): Promise<void>;
};

/** A core answers twice as many concurrent requests in time: more of one client would make the others wait. */
const PART = 32;

/**
 * A client is greedy for some time after it had more than its part: what it sends at once has been answered at once when it
 * sends again. Few clients can have so many requests at the same time.
 */
const [GREEDY_MS, MOST_GREEDY] = [500, 100];

/** Then each connection of a greedy client costs four refusals a second. Who obeys `Retry-After` hardly notices. */
const REFUSAL_MS = 250;

/** More refusals do not wait, since each of them holds a request. */
const MOST_WAITING = 256;

/** Clients count as being there for so long: between two requests of one the other is not alone. */
const THERE_MS = 1_000;

export function createFairShare(): FairShare {
  const byClient = new Map<string, number>();
  const greedy = new LRUCache<string, true>({max: MOST_GREEDY, ttl: GREEDY_MS});
  let [total, waiting, sharedAt] = [0, 0, -Infinity];

  const countOf = (client: string): number => byClient.get(client) ?? 0;
  const mostOfAll = (): number => Math.max(0, ...byClient.values());
  const isShared = (): boolean => performance.now() - sharedAt < THERE_MS;

  function count(client: string, more: number): void {
    const now = countOf(client) + more;
    if (now === 0) byClient.delete(client);
    else byClient.set(client, now);
    if (byClient.size > 1) sharedAt = performance.now();
    if (now > PART) greedy.set(client, true);
  }

  return {
    total: () => total,
    isCrowded: () => isShared() && mostOfAll() > PART,
    isGreedy: client => greedy.has(client) && isShared(),
    add(client, more) {
      total += more;
      count(client, more);
    },
    isModest: client => countOf(client) + 1 < mostOfAll(),
    async beforeRefusal(client) {
      if (waiting >= MOST_WAITING || !isShared() || countOf(client) < mostOfAll()) return;
      waiting += 1;
      count(client, 1);
      await wait(REFUSAL_MS);
      count(client, -1);
      waiting -= 1;
    },
  };
}
