type Find<Input extends unknown[], T> = (...input: Input) => Promise<T | undefined>;

/**
 * The same search, asked once for all who ask for the same key at the same time; failures are shared too.
 * "Not there" is not: it may have been true when the search began, and false when the next one asked. Who joined a search
 * that found nothing asks again, in one search with all others who did.
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
