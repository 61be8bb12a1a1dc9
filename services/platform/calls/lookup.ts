/** What is looked up, as whom (the caller's own token), and until when. */
export type Query = {id: string; token?: string | undefined; signal?: AbortSignal};

/**
 * Asks a neighbour for one thing; undefined when the neighbour says that it has no such thing.
 * @throws Refused when this caller may not know; any other error when nobody can say.
 */
export type Lookup<T> = (query: Query) => Promise<T | undefined>;

/** The neighbour is well and will not answer this caller. */
export class Refused extends Error {
  override name = 'Refused';
}

/** An answer that this neighbour does not give: another server stands at its address, or in between. */
export class UnexpectedAnswer extends Error {
  override name = 'UnexpectedAnswer';
}

/** What one caller may know is not known to another. */
export const keyOf = ({id, token = ''}: Query): string => `${id} ${token}`;
