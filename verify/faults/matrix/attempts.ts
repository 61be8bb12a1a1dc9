import {scrape} from '../../lib/scrape.ts';
import type {Fixtures} from './fixtures.ts';

/** How many lookups of a buyer orders began, how many requests they sent to users, and how many of those were retries. */
export type Attempts = {lookups: number; attempts: number; retries: number};

/** The attempts since the row began; the process of orders is as old as the row. */
export async function attemptsOf({system: {orders, proxy}, lookupsBefore}: Fixtures): Promise<Attempts> {
  const samples = await scrape(orders.opsUrl);
  return {
    lookups: samples('neighbour_lookup_duration_seconds_count'),
    attempts: proxy.lookups() - lookupsBefore,
    retries: samples('neighbour_lookup_retries_total', 'outcome="done"'),
  };
}

/** Checks the retries as well as the attempts: while the proxy refuses connections, it counts no attempts. */
export function tooManyAttempts({lookups, attempts, retries}: Attempts): string[] {
  if (attempts <= 1.1 * lookups && retries <= 0.1 * lookups) return [];
  return [`${attempts} attempts and ${retries} retries for ${lookups} lookups`];
}
