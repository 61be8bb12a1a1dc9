import {once} from 'node:events';
import {say} from './run.ts';

/** What is claimed, and the function that checks it: it returns the figures, or throws why the claim does not hold. */
export type Claim<Context> = [title: string, check: (context: Context) => Promise<string>];

/** Thrown by a check that cannot be tried here, with the reason. */
export class NotRun extends Error {
  override name = 'NotRun';
}

/** The claims that have one of the words in their titles; all claims if there are no words. */
export const chosenBy = <Context>(words: string[], claims: Claim<Context>[]): Claim<Context>[] =>
  claims.filter(([title]) => words.length === 0 || words.some(word => title.includes(word)));

type CheckerOptions = {
  /** When it is aborted, the claim that is being checked and all later ones fail with its reason. */
  signal: AbortSignal;
  /** Called after each failure that the signal did not cause. */
  diagnose?: () => Promise<unknown>;
  print?: (line: string) => void;
  /** Called with what has been found of each claim. */
  found?: (claim: Finding) => void;
};

/** `figures` say why, if the claim does not hold. */
export type Finding = {title: string; holds: boolean; figures: string; seconds: number};

export type Checker = ReturnType<typeof createChecker>;

/** Checks claims and prints one line for each: `ok   title: figures (seconds)`, `FAIL title: reason` or `     not run: title: reason`. */
export function createChecker({signal, diagnose, print = say, found}: CheckerOptions) {
  const aborted = abortionOf(signal);
  aborted.catch(() => undefined);
  let [passed, failed] = [0, 0];

  return {
    /** @returns whether the claim holds, or was not run. */
    async check<Context>([title, check]: Claim<Context>, context: Context): Promise<boolean> {
      const start = performance.now();
      const secondsNow = () => Math.round((performance.now() - start) / 1000);
      try {
        signal.throwIfAborted();
        const figures = await Promise.race([check(context), aborted]);
        print(`ok   ${title}: ${figures} (${secondsNow()} s)`);
        passed += 1;
        found?.({title, holds: true, figures, seconds: secondsNow()});
        return true;
      } catch (error) {
        const reason = oneLine((signal.aborted ? signal.reason : error) as Error);
        if (error instanceof NotRun) {
          print(`     not run: ${title}: ${reason}`);
          return true;
        }
        print(`FAIL ${title}: ${reason}`);
        failed += 1;
        found?.({title, holds: false, figures: reason, seconds: secondsNow()});
        if (!signal.aborted) await diagnose?.();
        return false;
      }
    },
    /** Prints how many claims passed and failed. @returns whether none failed. */
    conclude(): boolean {
      print(`${passed} passed, ${failed} failed`);
      return failed === 0;
    },
  };
}

async function abortionOf(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw signal.reason;
}

/** What an error says, in one line of at most 1,000 characters. */
export const oneLine = ({message}: Error): string => message.replaceAll(/\s+/gu, ' ').slice(0, 1_000);

/**
 * Returns the figures if every condition holds.
 * @throws an error with the conditions that do not hold, and the figures.
 */
export function shown(figures: string, conditions: Record<string, boolean>): string {
  const broken = Object.keys(conditions).filter(condition => conditions[condition] === false);
  if (broken.length > 0) throw new Error(`not so: ${broken.join('; ')} (${figures})`);
  return figures;
}
