import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  DelegateBackoff,
  handleWhen,
  type CircuitBreakerPolicy,
  type IBreaker,
} from 'cockatiel';

export type BreakerState = 'closed' | 'open' | 'half_open';

type BreakerRules = {
  /** Whether the error speaks against the neighbour; one that does not counts neither way. */
  isFailure: (error: unknown) => boolean;
  onState: (state: BreakerState) => void;
};

const nameOf: Record<CircuitState, BreakerState> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'open',
};

/**
 * Spares a neighbour that fails the calls, and its callers the wait: when half of at least ten calls in ten seconds have
 * failed, calls fail at once for a second. Then one is let through as a probe: it closes the breaker, or opens it again
 * for twice as long, at most four seconds.
 */
export function createBreaker({isFailure, onState}: BreakerRules) {
  const isProbing = (): boolean => breaker.state === CircuitState.HalfOpen;
  const breaker: CircuitBreakerPolicy = circuitBreaker(
    // A probe that never got to the neighbour has not shown that it is well.
    handleWhen(error => isFailure(error) || isProbing()),
    {breaker: countRecent(), halfOpenAfter: new DelegateBackoff(({attempt}) => openMs(attempt))},
  );
  breaker.onStateChange(state => onState(nameOf[state]));
  onState(nameOf[breaker.state]);

  /** @throws BrokenCircuitError without a call, while the breaker is open or its probe runs. */
  return async function broken<T>(call: () => Promise<T>): Promise<T> {
    // cockatiel would let them wait for what comes of the probe.
    if (isProbing()) throw new BrokenCircuitError();
    return breaker.execute(call);
  };
}

/** 1, 2, 4, 4 … seconds, less up to a quarter, so that not every pod probes at the same moment. */
const openMs = (attempt: number): number => Math.min(1_000 * 2 ** (attempt - 1), 4_000) * (1 - Math.random() / 4);

const WINDOW_S = 10;
const MIN_CALLS = 10;

/** Counts the calls of the last ten seconds. cockatiel's own sampling keeps old ones for as long as no new ones come. */
function countRecent(): IBreaker {
  let seconds: {at: number; calls: number; failures: number}[] = [];

  function count(failures: 0 | 1): void {
    const at = Math.floor(Date.now() / 1000);
    let current = seconds.at(-1);
    if (current?.at !== at) {
      current = {at, calls: 0, failures: 0};
      seconds = [...seconds.filter(second => second.at > at - WINDOW_S), current];
    }
    current.calls += 1;
    current.failures += failures;
  }

  return {
    state: undefined,
    success(state) {
      if (state === CircuitState.HalfOpen) seconds = [];
      count(0);
    },
    failure() {
      count(1);
      const calls = seconds.reduce((sum, second) => sum + second.calls, 0);
      const failures = seconds.reduce((sum, second) => sum + second.failures, 0);
      return calls >= MIN_CALLS && failures * 2 >= calls;
    },
  };
}
