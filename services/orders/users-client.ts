import {BulkheadRejectedError} from 'cockatiel';
import type {Histogram, Registry} from 'prom-client';
import {createBreaker} from '#platform/calls/breaker.ts';
import {createBulkhead} from '#platform/calls/bulkhead.ts';
import {coalesced} from '#platform/calls/coalesce.ts';
import {within} from '#platform/deadline.ts';
import {AppError, unauthorized} from '#platform/errors.ts';
import {createRetry} from '#platform/calls/retry.ts';
import {annotate, inSpan} from '#platform/tracing.ts';
import {usersUnavailable} from './contract.ts';
import {keyOf, remembered, type MemorySettings} from './known-users.ts';
import {createUsersMetrics, observeChecks} from './metrics.ts';
import type {FindUser} from './orders.ts';
import {createAttempt, isTransient, readAnswer, Refusal, type AttemptSettings} from './users-attempt.ts';

export type UsersSettings = AttemptSettings & MemorySettings & {USERS_CHECK_MS: number};

/** 64 at 10 ms each are 6,400 checks a second, more than two cores can use; more at once only queue in users. */
const MAX_RUNNING = 64;
const MAX_WAITING = 64;

/**
 * Asks users whether a user exists, as seldom as it can and never for longer than USERS_CHECK_MS.
 * From the outside in: explained, measured, remembered, waited for, shared, spared, limited, retried, attempted.
 */
export function createFindUser(settings: UsersSettings, registry: Registry): FindUser {
  const metrics = createUsersMetrics(registry);
  const attempt = createAttempt(settings, MAX_RUNNING);
  const retried = createRetry({isTransient, onRetry: outcome => metrics.retries.inc({outcome})});
  const {limited, counts} = createBulkhead(MAX_RUNNING, MAX_WAITING, () => metrics.rejected.inc());
  const broken = createBreaker({isFailure: isUsersFault, onState: metrics.showBreaker});
  observeChecks(registry, counts);

  async function ask(id: string, token?: string) {
    const signal = AbortSignal.timeout(settings.USERS_CHECK_MS);
    const once = () => attempt(id, token, signal);
    return readAnswer(await broken(() => limited(() => retried(once, signal), signal)), id);
  }

  const shared = coalesced(ask, keyOf, () => metrics.coalesced.inc());
  const waited: FindUser = (id, token) => within(settings.USERS_CHECK_MS, () => shared(id, token));
  const known = remembered(waited, settings, use => {
    metrics.cache.inc({result: use});
    annotate({'cache.result': use});
  });
  return explained(measured(known, metrics.duration));
}

/** That we ask too much at once says nothing about users. */
const isUsersFault = (error: unknown): boolean => !(error instanceof BulkheadRejectedError);

function explained(find: FindUser): FindUser {
  return async function explainedFindUser(id, token) {
    try {
      return await find(id, token);
    } catch (error) {
      throw new AppError(error instanceof Refusal ? unauthorized : usersUnavailable, {cause: error});
    }
  };
}

function measured(find: FindUser, durations: Histogram<'outcome'>): FindUser {
  return async function measuredFindUser(id, token) {
    const end = durations.startTimer();
    try {
      const user = await inSpan('check user', {}, () => find(id, token));
      end({outcome: user ? 'found' : 'not_found'});
      return user;
    } catch (error) {
      end({outcome: error instanceof Refusal ? 'refused' : 'unavailable'});
      throw error;
    }
  };
}
