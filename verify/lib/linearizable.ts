/** What one client did to a thing, from when it asked until it knew the outcome, on one clock. */
export type Operation<State> = {
  start: number;
  /** `Infinity` if the client never learned the outcome: then it happened at any time after its start, or never. */
  end: number;
  /**
   * The state after it, the same one if it changes nothing; undefined if its outcome cannot come from this state. One of
   * unknown outcome must change something, since it may as well never have happened.
   */
  apply(state: State): State | undefined;
};

/**
 * Whether the operations could have happened one after the other, each at some moment between its start and its end: Wing
 * and Gong's search. States are compared by `===`. Exponential in concurrent changes, of which a thing must have few.
 */
export function isLinearizable<State>(operations: Operation<State>[], initial: State): boolean {
  const tried = new Set<string>();

  function search(rest: Set<number>, state: State): boolean {
    takeHarmless(rest, state);
    const open = openOf(rest);
    if (open === undefined) return true;
    const key = `${[...rest].join()} ${JSON.stringify(state)}`;
    if (tried.has(key)) return false;

    tried.add(key);
    return open.some(index => {
      const next = operations[index]?.apply(state);
      return next !== undefined && search(without(rest, index), next);
    });
  }

  /** What changes nothing in this state cannot be in the way of anything else, so it happens now. */
  function takeHarmless(rest: Set<number>, state: State): void {
    for (;;) {
      const harmless = openOf(rest)?.find(index => operations[index]?.apply(state) === state);
      if (harmless === undefined) return;
      rest.delete(harmless);
    }
  }

  /** Those that may be the next: they began before any other had ended. Undefined if no other must happen. */
  function openOf(rest: Set<number>): number[] | undefined {
    const end = Math.min(...[...rest].map(index => operations[index]?.end ?? Infinity));
    return end === Infinity ? undefined : [...rest].filter(index => (operations[index]?.start ?? Infinity) <= end);
  }

  return search(new Set(operations.keys()), initial);
}

function without(rest: Set<number>, index: number): Set<number> {
  const fewer = new Set(rest);
  fewer.delete(index);
  return fewer;
}
