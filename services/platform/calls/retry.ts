import {setTimeout as wait} from 'node:timers/promises';

export type RetryOutcome = 'done' | 'no_budget';

type RetryRules = {
  /** True if another attempt is likely to succeed and does no harm. */
  isTransient: (error: unknown) => boolean;
  onRetry: (outcome: RetryOutcome) => void;
};

/** The retry budget: each call earns 1 and a retry costs 10, so retries add at most 10 % to the load. */
const COST = 10;
/** At most ten retries are saved up, so that a quiet period cannot fund a retry storm. */
const MAX_SAVED = 10 * COST;

/**
 * Retries a call once, after 20 to 60 ms, if its error is transient and the retry budget allows it.
 * The budget starts empty, so there are never more than 1.1 attempts per call.
 */
export function createRetry({isTransient, onRetry}: RetryRules) {
  let saved = 0;

  function spend(): boolean {
    const hasBudget = saved >= COST;
    if (hasBudget) saved -= COST;
    onRetry(hasBudget ? 'done' : 'no_budget');
    return hasBudget;
  }

  /** @throws the error of the last attempt, or `AbortError` if the signal is aborted before the retry. */
  return async function retried<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    saved = Math.min(saved + 1, MAX_SAVED);
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error) || !spend()) throw error;
      // Jitter, so that calls that failed together do not retry together.
      await wait(20 + Math.random() * 40, undefined, {...(signal && {signal})});
      return attempt();
    }
  };
}
