import type {Registry} from 'prom-client';
import {within} from '../deadline.ts';
import {inSpan} from '../tracing.ts';
import {createAttempt, isTransient, type Answer, type SafeRequest} from './attempt.ts';
import {batched, type LookupMany} from './batch.ts';
import {createBreaker, type Verdict} from './breaker.ts';
import {BulkheadFull, createBulkhead} from './bulkhead.ts';
import {cached} from './cache.ts';
import {coalesced} from './coalesce.ts';
import {AskedTooOften, keyOf, Refused, UnexpectedAnswer, type Lookup} from './lookup.ts';
import {observeNeighbour, type LookupOutcome} from './metrics.ts';
import {createRetry} from './retry.ts';
import type {NeighbourSettings} from './settings.ts';

/** The meaning of an answer with a status below 500. */
export type Reading<T> = {found: T} | 'not_found' | 'refused' | 'asked_too_often' | 'unexpected';

/** A neighbour is another service that this one calls. Here: how to look up one kind of thing there. */
export type Neighbour<T> = {
  /** The names of the calling service (sent as User-Agent) and of the neighbour (a label in metrics). */
  from: string;
  to: string;
  /** The span name of a lookup. */
  span: string;
  settings: NeighbourSettings;
  request: (id: string) => SafeRequest;
  read: (answer: Answer, id: string) => Reading<T>;
  /** How to look up at most `most` ids by one call, if the neighbour can. Without it each id is a call. */
  batch?: {
    most: number;
    request: (ids: string[]) => SafeRequest;
    read: (answer: Answer, ids: string[]) => ReadingOfMany<T>;
  };
};

/** The meaning of an answer about several ids; `unable` from a neighbour that has no such call. */
export type ReadingOfMany<T> = {found: Map<string, T>} | 'unable' | 'refused' | 'asked_too_often' | 'unexpected';

/**
 * 64 calls of 10 ms are 6,400 lookups a second, more than two cores can do. With more, calls only queue at the
 * neighbour.
 */
const MAX_RUNNING = 64;
const MAX_WAITING = 64;

/**
 * Creates a lookup at a neighbour. These wrappers surround the call, outermost first:
 * 1. measured: a span and a duration by outcome;
 * 2. cached: a fresh entry is served without a call, a stale entry if the neighbour fails;
 * 3. deadline: no caller waits longer than CHECK_MS or its own deadline;
 * 4. coalesced: concurrent lookups of the same id share one call;
 * 5. timeout: the shared call is aborted after CHECK_MS;
 * 6. circuit breaker: while the neighbour fails, calls fail at once;
 * 7. bulkhead: a limit on concurrent calls, with a queue;
 * 8. retry: once, if the error is transient and the retry budget allows it;
 * 9. batched: under load, lookups of several ids share one call, if the neighbour has one.
 */
export function createLookup<T extends object>(neighbour: Neighbour<T>, registry: Registry): Lookup<T> {
  const {from, to, span, settings, batch} = neighbour;
  const attempt = createAttempt(from, settings, MAX_RUNNING);
  const observe = observeNeighbour(registry, to);
  const broken = createBreaker({verdictOf, onState: observe.breaker});
  const {limited, counts} = createBulkhead(() => MAX_RUNNING, MAX_WAITING, observe.reject);
  const retried = createRetry({isTransient, onRetry: observe.retry});
  observe.counts(counts);

  return compose(
    [
      next => measured(next, span, observe.lookup),
      next => cached(next, settings, observe.cache),
      next => query => within(settings.CHECK_MS, () => next(query)),
      next => coalesced(next, keyOf, observe.join),
      next => query => next({...query, signal: AbortSignal.timeout(settings.CHECK_MS)}),
      next => query => broken(() => next(query)),
      next => query => limited(() => next(query), query.signal),
      next => query => retried(() => next(query), query.signal),
      next => (batch ? batched(next, attemptedMany(neighbour, attempt, batch), batch.most) : next),
    ],
    attempted(neighbour, attempt),
  );
}

/** Wraps the innermost lookup. The first wrapper becomes the outermost. */
const compose = <T>(wrappers: ((next: Lookup<T>) => Lookup<T>)[], innermost: Lookup<T>): Lookup<T> =>
  wrappers.reduceRight((next, wrap) => wrap(next), innermost);

function measured<T>(
  next: Lookup<T>,
  span: string,
  observe: (outcome: LookupOutcome, seconds: number) => void,
): Lookup<T> {
  return async function measuredLookup(query) {
    const start = performance.now();
    const end = (outcome: LookupOutcome) => observe(outcome, (performance.now() - start) / 1000);
    try {
      const value = await inSpan(span, {}, () => next(query));
      end(value ? 'found' : 'not_found');
      return value;
    } catch (error) {
      end(error instanceof Refused || error instanceof AskedTooOften ? 'refused' : 'unavailable');
      throw error;
    }
  };
}

type Attempt = ReturnType<typeof createAttempt>;

function attempted<T>({to, request, read}: Neighbour<T>, attempt: Attempt): Lookup<T> {
  return async function attemptedLookup({id, token, signal}) {
    const answer = await attempt(request(id), token, signal);
    const reading = usable(read(answer, id), answer, to);
    return reading === 'not_found' ? undefined : reading.found;
  };
}

function attemptedMany<T>(
  {to}: Neighbour<T>,
  attempt: Attempt,
  {request, read}: NonNullable<Neighbour<T>['batch']>,
): LookupMany<T> {
  return async function attemptedLookups(ids, token) {
    const answer = await attempt(request(ids), token);
    const reading = usable(read(answer, ids), answer, to);
    return reading === 'unable' ? undefined : reading.found;
  };
}

/** @throws Refused, AskedTooOften or UnexpectedAnswer for an answer that tells nothing about what was looked up. */
function usable<R>(reading: R, {statusCode, headers}: Answer, to: string) {
  const message = `${to} answered ${statusCode}`;
  if (reading === 'refused') throw new Refused(message);
  if (reading === 'asked_too_often') throw new AskedTooOften(message, Number(headers['retry-after']) || 1);
  if (reading === 'unexpected') throw new UnexpectedAnswer(message);
  return reading as Exclude<R, 'refused' | 'asked_too_often' | 'unexpected'>;
}

const ANSWERS = [Refused, AskedTooOften, UnexpectedAnswer];

/** A full bulkhead says nothing about the neighbour. */
function verdictOf(error: unknown): Verdict {
  if (error instanceof BulkheadFull) return 'not_asked';
  return ANSWERS.some(kind => error instanceof kind) ? 'answered' : 'failed';
}
