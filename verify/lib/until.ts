import {setTimeout as wait} from 'node:timers/promises';
import {isDeepStrictEqual} from 'node:util';

const POLL_MS = 500;

/**
 * What `check` gives as soon as that is something; an error of it counts as "not yet".
 * @throws an error that says what was waited for, and the last reason why it was not so.
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

/** @throws an error with both values when they differ. */
export function expect(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
}

/** Seconds since `start`, for people. */
export const secondsSince = (start: number): string => ((performance.now() - start) / 1000).toFixed(1);
