/** Few enough that the others hardly wait for them: a request with 96 kB may take half a millisecond. */
const AT_ONCE = 4;

/**
 * Spreads what comes together over turns of the event loop, so that others are served between: each turn a few go on, in
 * the order in which they came. Whoever waits must be bounded elsewhere.
 */
export function createBursts(): () => Promise<void> {
  const waiting: (() => void)[] = [];

  function goOn(): void {
    for (const next of waiting.splice(0, AT_ONCE)) next();
    if (waiting.length > 0) setImmediate(goOn);
  }

  return function turn(): Promise<void> {
    if (waiting.length === 0) setImmediate(goOn);
    return new Promise(resolve => waiting.push(resolve));
  };
}
