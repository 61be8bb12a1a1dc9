import {once} from 'node:events';
import {say} from './run.ts';

/** What is claimed, and the function that checks it: it gives the figures, or throws why the claim does not hold. */
export type Claim<Context> = [title: string, check: (context: Context) => Promise<string>];

/** The claims with one of these words in their titles; all of them if there are no words. */
export const chosenBy = <Context>(words: string[], claims: Claim<Context>[]): Claim<Context>[] =>
  claims.filter(([title]) => words.length === 0 || words.some(word => title.includes(word)));

type CheckerOptions = {
  /** Once it is aborted, every claim fails with its reason. */
  signal: AbortSignal;
  /** Called after a claim failed for a reason that is not the signal's. */
  diagnose?: () => Promise<unknown>;
  print?: (line: string) => void;
};

/** Checks claims, and prints a line for each: `ok   title: figures` or `FAIL title: why`. */
export function createChecker({signal, diagnose, print = say}: CheckerOptions) {
  const aborted = abortionOf(signal);
  aborted.catch(() => undefined);
  let [passed, failed] = [0, 0];

  return {
    /** Whether the claim holds. */
    async check<Context>([title, check]: Claim<Context>, context: Context): Promise<boolean> {
      try {
        signal.throwIfAborted();
        print(`ok   ${title}: ${await Promise.race([check(context), aborted])}`);
        passed += 1;
        return true;
      } catch (error) {
        print(`FAIL ${title}: ${oneLine((signal.aborted ? signal.reason : error) as Error)}`);
        failed += 1;
        if (!signal.aborted) await diagnose?.();
        return false;
      }
    },
    /** Prints how many claims passed. @returns whether all of them did. */
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

const oneLine = ({message}: Error): string => message.replaceAll(/\s+/gu, ' ').slice(0, 1_000);

/**
 * The figures of a claim, if each of these conditions holds.
 * @throws an error with the conditions that do not, and the figures.
 */
export function shown(figures: string, conditions: Record<string, boolean>): string {
  const broken = Object.keys(conditions).filter(condition => conditions[condition] === false);
  if (broken.length > 0) throw new Error(`not so: ${broken.join('; ')} (${figures})`);
  return figures;
}
