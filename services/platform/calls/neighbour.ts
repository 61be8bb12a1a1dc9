import type {Registry} from 'prom-client';
import {within} from '../deadline.ts';
import {inSpan} from '../tracing.ts';
import {createAttempt, isTransient, type Answer, type SafeRequest} from './attempt.ts';
import {createBreaker, type Verdict} from './breaker.ts';
import {BulkheadFull, createBulkhead} from './bulkhead.ts';
import {cached} from './cache.ts';
import {coalesced} from './coalesce.ts';
import {keyOf, Refused, UnexpectedAnswer, type Lookup} from './lookup.ts';
import {observeNeighbour, type LookupOutcome} from './metrics.ts';
import {createRetry} from './retry.ts';
import type {NeighbourSettings} from './settings.ts';

/** What an answer below 500 says about the thing that was asked for. */
export type Reading<T> = {found: T} | 'not_found' | 'refused' | 'unexpected';

/** A neighbour, and how to look up one kind of thing there. */
export type Neighbour<T> = {
  /** The service that asks, and the neighbour: by these names metrics and the neighbour know them. */
  from: string;
  to: string;
  /** The name of a lookup in traces. */
  span: string;
  settings: NeighbourSettings;
  request: (id: string) => SafeRequest;
  read: (answer: Answer, id: string) => Reading<T>;
};

/** 64 at 10 ms each are 6,400 lookups a second, more than two cores can use; more at once only queue at the neighbour. */
const MAX_RUNNING = 64;
const MAX_WAITING = 64;

/**
 * Looks things up at a neighbour, as seldom as it can and never for longer than CHECK_MS. From the outside in, a lookup is
 * 1. measured: one span, and one duration by outcome;
 * 2. cached: a fresh entry is served without asking, a stale one when the neighbour fails;
 * 3. waited for: no caller waits longer than CHECK_MS or its own deadline;
 * 4. coalesced: callers that ask for the same thing at the same time share one call;
 * 5. given a timeout: the shared call ends after CHECK_MS, whoever waits for it;
 * 6. broken off by the circuit breaker while the neighbour fails;
 * 7. limited by the bulkhead;
 * 8. retried once, when the error is transient and the retry budget allows it;
 * and at last attempted.
 */
export function createLookup<T extends object>(neighbour: Neighbour<T>, registry: Registry): Lookup<T> {
  const {to, span, settings} = neighbour;
  const observe = observeNeighbour(registry, to);
  const broken = createBreaker({verdictOf, onState: observe.breaker});
  const {limited, counts} = createBulkhead(MAX_RUNNING, MAX_WAITING, observe.reject);
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
    ],
    attempted(neighbour),
  );
}

/** The innermost lookup in these wrappers, the first of them outermost. */
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
      end(error instanceof Refused ? 'refused' : 'unavailable');
      throw error;
    }
  };
}

function attempted<T>({from, to, settings, request, read}: Neighbour<T>): Lookup<T> {
  const attempt = createAttempt(from, settings, MAX_RUNNING);

  return async function attemptedLookup({id, token, signal}) {
    const answer = await attempt(request(id), token, signal);
    const reading = read(answer, id);
    if (reading === 'refused') throw new Refused(`${to} answered ${answer.statusCode}`);
    if (reading === 'unexpected') throw new UnexpectedAnswer(`${to} answered ${answer.statusCode}`);
    return reading === 'not_found' ? undefined : reading.found;
  };
}

/** That we ask too much at once says nothing about the neighbour. */
function verdictOf(error: unknown): Verdict {
  if (error instanceof BulkheadFull) return 'not_asked';
  return error instanceof Refused || error instanceof UnexpectedAnswer ? 'answered' : 'failed';
}
