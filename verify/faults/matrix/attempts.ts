import {scrape} from '../../lib/scrape.ts';
import type {Fixtures} from './fixtures.ts';

/** How often orders checked a buyer, what came to users for it, and what orders counted as asking once more. */
export type Attempts = {checks: number; attempts: number; retries: number};

/** Since the row began, and with it the process of orders. */
export async function attemptsOf({system: {orders, proxy}, requestsBefore}: Fixtures): Promise<Attempts> {
  const samples = await scrape(orders.opsUrl);
  return {
    checks: samples('neighbour_lookup_duration_seconds_count'),
    attempts: proxy.requests() - requestsBefore,
    retries: samples('neighbour_lookup_retries_total', 'outcome="done"'),
  };
}

/** Retries are looked at too, for a fault under which nobody is there to count what comes. */
export function tooManyAttempts({checks, attempts, retries}: Attempts): string[] {
  if (attempts <= 1.1 * checks && retries <= 0.1 * checks) return [];
  return [`${attempts} attempts and ${retries} retries for ${checks} checks`];
}
