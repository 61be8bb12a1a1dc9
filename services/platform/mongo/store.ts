import {timeLeft, withDeadline, within} from '../deadline.ts';
import {AppError, unavailable, type ErrorKind} from '../errors.ts';
import {observed, type Operation} from './operations.ts';
import {isOutage} from './outage.ts';
import {runWrite, signalOfWrite} from './outcome.ts';

/** Timeout of an operation in milliseconds, including waiting for a connection and the driver's own retry. */
export const OPERATION_MS = 2_000;

type Methods<Store> = Record<keyof Store, (...input: never[]) => Promise<unknown>>;

/** For each write of a store: what to answer if MongoDB may have done it, now or later, but did not say so in time. */
type Unknown<Store extends Methods<Store>> = {
  [Name in keyof Store]?: (...input: Parameters<Store[Name]>) => ErrorKind;
};

const NOWHERE = {collection: '', database: '', serverAddress: '', serverPort: 0};

/**
 * Wraps every method of a store: it is measured and traced by its name, it has a timeout, and an outage becomes 503
 * `unavailable`, which promises that a retry repeats nothing. A write that MongoDB has been given becomes what `unknown`
 * says; it is not retried after that.
 */
export function bounded<Store extends Methods<Store>>(
  store: Store,
  unknown: Unknown<Store> = {},
  place: Omit<Operation, 'operation'> = NOWHERE,
): Store {
  const entries = Object.entries<(...input: never[]) => Promise<unknown>>(store);
  const kindOf = unknown as Record<string, ((...input: never[]) => ErrorKind) | undefined>;
  return Object.fromEntries(
    entries.map(([name, method]) => {
      const operation = {...place, operation: name};
      const run = (...input: never[]) => {
        const work = () => observed(operation, () => method(...input));
        const kind = kindOf[name]?.(...input);
        return kind ? written(work, kind) : answered(work);
      };
      return [name, run];
    }),
  ) as Store;
}

async function answered<T>(operation: () => Promise<T>, kind: () => ErrorKind = () => unavailable): Promise<T> {
  try {
    return await within(OPERATION_MS, () => withDeadline(Math.min(OPERATION_MS, timeLeft()), operation));
  } catch (error) {
    throw isOutage(error) ? new AppError(kind(), {cause: error}) : error;
  }
}

async function written<T>(operation: () => Promise<T>, unknown: ErrorKind): Promise<T> {
  const write = {stop: new AbortController(), sent: 0};
  try {
    return await answered(
      () => runWrite(write, operation),
      () => (write.sent > 0 ? unknown : unavailable),
    );
  } catch (error) {
    write.stop.abort(error);
    throw error;
  }
}

/**
 * The options of every operation: MongoDB gives up once its time is over, and the driver does not retry a write then.
 */
export function inTime(): {maxTimeMS: number; signal?: AbortSignal} {
  const signal = signalOfWrite();
  // MongoDB takes 0 for "no limit".
  const maxTimeMS = Math.max(1, Math.floor(timeLeft()));
  return {maxTimeMS, ...(signal && {signal})};
}
