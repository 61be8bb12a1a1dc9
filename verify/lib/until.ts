import {setTimeout as wait} from 'node:timers/promises';
import {isDeepStrictEqual} from 'node:util';

const POLL_MS = 500;

/**
 * Calls `check` until it returns a value other than undefined or false, and returns that value. An error counts as "not yet".
 * @throws after `seconds` an error with `what` and with the last error of `check`.
 */
export async function until<T>(what: string, seconds: number, check: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  let reason = '';
  while (performance.now() < deadline) {
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value;
      reason = '';
    } catch (error) {
      reason = `: ${(error as Error).message}`;
    }
    await wait(POLL_MS);
  }
  throw new Error(`${what}: not within ${seconds} s${reason}`);
}

/** @throws an error with both values if they differ. */
export function expect(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
}

/** The seconds since `start`, with one decimal. */
export const secondsSince = (start: number): string => ((performance.now() - start) / 1000).toFixed(1);
