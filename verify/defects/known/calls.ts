import type {Defect} from '../defect.ts';

export const calls: Defect[] = [
  {
    name: 'the breaker never closes',
    cost: 'After one outage of users, nobody orders until somebody restarts the pods',
    file: 'services/platform/calls/breaker.ts',
    from: "return verdict === 'answered' ? close() : open();",
    to: 'return open();',
    caughtBy: 'services/platform/calls/test/breaker.test.ts',
  },
  {
    name: 'the breaker never opens',
    cost: 'While users hangs, each order waits for it, and orders fills up',
    file: 'services/platform/calls/breaker.ts',
    from: " && failedTooOften(verdict) && state === 'closed'",
    to: ' && failedTooOften(verdict) && false',
    caughtBy: 'services/platform/calls/test/breaker.test.ts',
  },
  {
    name: 'retries have no budget',
    cost: 'A users that is slow gets twice the load, and does not come back',
    file: 'services/platform/calls/retry.ts',
    from: '!isTransient(error) || !spend()',
    to: '!isTransient(error)',
    caughtBy: 'services/platform/calls/test/retry.test.ts',
  },
  {
    name: '"not found" is shared',
    cost: 'Somebody who has just registered is told that they do not exist',
    file: 'services/platform/calls/coalesce.ts',
    from: 'return (await earlier) ?? running.get(key) ?? begin(key, input);',
    to: 'return earlier;',
    caughtBy: 'services/platform/calls/test/coalesce.test.ts',
  },
  {
    name: 'a cached user never gets too old',
    cost: 'Who was removed can order for as long as users is down',
    file: 'services/platform/calls/cache.ts',
    from: 'youngerThan(CACHE_STALE_MS, key)',
    to: 'youngerThan(CACHE_STALE_MS * Infinity, key)',
    caughtBy: 'services/platform/calls/test/cache.test.ts',
  },
];
