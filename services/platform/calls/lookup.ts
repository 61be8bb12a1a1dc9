/** The id to look up, the caller's own token if it has one, and the signal that aborts the call. */
export type Query = {id: string; token?: string | undefined; signal?: AbortSignal};

/**
 * Looks up one thing at a neighbour. Undefined means that the neighbour answered "not found".
 * @throws Refused or AskedTooOften if the neighbour refuses this caller; any other error if there is no usable answer.
 */
export type Lookup<T> = (query: Query) => Promise<T | undefined>;

/** The neighbour is well, but refuses this caller (401 or 403). */
export class Refused extends Error {
  override name = 'Refused';
}

/** The neighbour is well, but this caller has asked it too often (429). It says nothing about what was looked up. */
export class AskedTooOften extends Error {
  override name = 'AskedTooOften';
  /** Seconds. */
  readonly retryAfter: number;

  constructor(message: string, retryAfter: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/** The neighbour would not answer like this: the address is wrong, or a proxy answered. */
export class UnexpectedAnswer extends Error {
  override name = 'UnexpectedAnswer';
}

/** The token is part of the key, so that callers with different rights do not share an answer. */
export const keyOf = ({id, token = ''}: Query): string => `${id} ${token}`;
