type Find<Input extends unknown[], T> = (...input: Input) => Promise<T | undefined>;

/**
 * Coalesces concurrent lookups of the same key into one. A failure is shared, but "not found" is not: the thing may
 * have been created after the shared lookup began. Callers who joined a lookup that found nothing share one fresh
 * lookup.
 */
export function coalesced<Input extends unknown[], T>(
  find: Find<Input, T>,
  keyOf: (...input: Input) => string,
  onJoin: () => void,
): Find<Input, T> {
  const running = new Map<string, Promise<T | undefined>>();

  function begin(key: string, input: Input): Promise<T | undefined> {
    const search = find(...input).finally(() => running.delete(key));
    running.set(key, search);
    return search;
  }

  return async function coalescedFind(...input) {
    const key = keyOf(...input);
    const earlier = running.get(key);
    if (!earlier) return begin(key, input);

    onJoin();
    return (await earlier) ?? running.get(key) ?? begin(key, input);
  };
}
