/** Whether the service should get requests, and if not, why: each failing check with its reason. */
export type Readiness = {
  pass(check: string): void;
  fail(check: string, reason: string): void;
  failures(): Record<string, string>;
  isReady(): boolean;
  /** Starts draining: the service is unready for good, and every answer asks its client to close the connection. */
  drain(): void;
  isDraining(): boolean;
};

/** Starts unready. It is ready once `startup` and every other check that failed has passed. */
export function createReadiness(): Readiness {
  const failing = new Map([['startup', 'not started yet']]);
  let draining = false;

  return {
    pass: check => void failing.delete(check),
    fail: (check, reason) => void failing.set(check, reason),
    failures: () => Object.fromEntries(failing),
    isReady: () => failing.size === 0,
    drain() {
      draining = true;
      failing.set('draining', 'the service is shutting down');
    },
    isDraining: () => draining,
  };
}
