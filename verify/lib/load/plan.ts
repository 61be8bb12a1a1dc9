/** Requests of one kind. In its texts `{n}` is the number of the request, and `{id}` the next of `ids`. */
export type Stream = {
  name: string;
  method: 'GET' | 'POST';
  url: string;
  ids?: string[];
  headers?: Record<string, string>;
  body?: string;
  /** So many a second, whatever the answers are; at random times. */
  rate?: number;
  /** Instead: so many clients, each of which asks again as soon as it has its answer. */
  clients?: number;
  /** A client that was refused or not answered tries again, so often, after so long. */
  retry?: {times: number; pauseMs: number};
  /** Whether the report names what was created. */
  lists?: boolean;
};

export type Plan = {streams: Stream[]; seed: number};

/** Milliseconds of the requests that came to this outcome: a status with its problem's code, or an error. */
export type Outcomes = Record<string, number[]>;

export type Report = {
  /** By phase and stream. */
  outcomes: Record<string, Record<string, Outcomes>>;
  /** The ids of what was created, by the number of the request, for streams that list them. */
  created: Record<string, Record<number, string>>;
};

/** What is told to the process of the load. */
export type Order = {plan: Plan} | {phase: string; factor: number} | 'stop';
