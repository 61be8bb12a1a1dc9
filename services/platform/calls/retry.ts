import {setTimeout as wait} from 'node:timers/promises';

export type RetryOutcome = 'done' | 'no_budget';

type RetryRules = {
  /** Whether the error may well be gone a moment later, and the call did no harm. */
  isTransient: (error: unknown) => boolean;
  onRetry: (outcome: RetryOutcome) => void;
};

/** A retry costs what ten calls earn, so that retries never add more than a tenth to the load … */
const COST = 10;
/** … and no more than ten are saved up, so that a long calm does not pay for a storm. */
const MAX_SAVED = 10 * COST;

/**
 * Makes a call once more, 20 to 60 ms later, when its error is transient and the budget has a retry.
 * The budget begins empty: at no time have there been more than 1.1 attempts for each call.
 */
export function createRetry({isTransient, onRetry}: RetryRules) {
  let saved = 0;

  function spend(): boolean {
    const hasBudget = saved >= COST;
    if (hasBudget) saved -= COST;
    onRetry(hasBudget ? 'done' : 'no_budget');
    return hasBudget;
  }

  /** @throws what the last attempt did, or `AbortError` when the signal comes while it waits. */
  return async function retried<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    saved = Math.min(saved + 1, MAX_SAVED);
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error) || !spend()) throw error;
      // Random, so that those who failed together do not come back together.
      await wait(20 + Math.random() * 40, undefined, {...(signal && {signal})});
      return attempt();
    }
  };
}
