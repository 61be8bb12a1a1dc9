export type BreakerState = 'closed' | 'open' | 'half_open';

/** What a call says about the neighbour: it failed, it answered, or it was never asked. */
export type Verdict = 'failed' | 'answered' | 'not_asked';

type BreakerRules = {
  verdictOf: (error: unknown) => Verdict;
  onState: (state: BreakerState) => void;
  /** Milliseconds on a monotonic clock: a new system time must not keep the breaker open. */
  now?: () => number;
};

/** The call was not made, because too many recent calls failed. */
class BreakerOpen extends Error {
  override name = 'BreakerOpen';
}

/**
 * A circuit breaker. It opens when at least half of the calls of ten seconds failed, and there were at least ten. While
 * it is open, calls fail at once. After a second one call is let through as a probe: it closes the breaker, or opens it
 * again for twice as long, at most four seconds. A call that was never made does not count.
 * Hand-written: cockatiel's breaker lets callers wait for the probe, and its window keeps old calls.
 */
export function createBreaker({verdictOf, onState, now = () => performance.now()}: BreakerRules) {
  let state: BreakerState = 'closed';
  let failedTooOften = countRecent(now);
  let [openings, probeAt] = [0, 0];
  onState(state);

  const enter = (next: BreakerState): void => onState((state = next));

  function open(): void {
    openings += 1;
    probeAt = now() + openMs(openings);
    enter('open');
  }

  function close(): void {
    [openings, failedTooOften] = [0, countRecent(now)];
    enter('closed');
  }

  function settle(verdict: Verdict, isProbe: boolean): void {
    // A probe that was not made does not show that the neighbour is well.
    if (isProbe) return verdict === 'answered' ? close() : open();
    if (verdict !== 'not_asked' && failedTooOften(verdict) && state === 'closed') open();
  }

  /** @throws BreakerOpen without making the call, while the breaker is open or its probe runs. */
  return async function broken<T>(call: () => Promise<T>): Promise<T> {
    const isProbe = state === 'open' && now() >= probeAt;
    if (state !== 'closed' && !isProbe) throw new BreakerOpen('the circuit breaker is open');
    if (isProbe) enter('half_open');
    try {
      const result = await call();
      settle('answered', isProbe);
      return result;
    } catch (error) {
      settle(verdictOf(error), isProbe);
      throw error;
    }
  };
}

/** Backoff: 1, 2, 4, 4 … seconds. Jitter takes off up to a quarter, so that pods do not all probe at the same time. */
const openMs = (openings: number): number => Math.min(1_000 * 2 ** (openings - 1), 4_000) * (1 - Math.random() / 4);

const WINDOW_S = 10;
const MIN_CALLS = 10;

type Second = {at: number; calls: number; failures: number};

/** Counts the calls of each second. Returns true if this call failed and the failure rate of the last ten seconds reached the threshold. */
function countRecent(now: () => number) {
  let seconds: Second[] = [];

  function currentSecond(at = Math.floor(now() / 1000)): Second {
    const last = seconds.at(-1);
    if (last?.at === at) return last;
    const current = {at, calls: 0, failures: 0};
    seconds = [...seconds.filter(second => second.at > at - WINDOW_S), current];
    return current;
  }

  return (verdict: 'failed' | 'answered'): boolean => {
    const current = currentSecond();
    current.calls += 1;
    if (verdict === 'answered') return false;
    current.failures += 1;
    const total = (what: 'calls' | 'failures') => seconds.reduce((sum, second) => sum + second[what], 0);
    return total('calls') >= MIN_CALLS && total('failures') * 2 >= total('calls');
  };
}
