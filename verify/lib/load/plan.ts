/** Requests of one kind. In texts, `{n}` stands for the number of the request and `{id}` for the next of `ids`. */
export type Stream = {
  name: string;
  method: 'GET' | 'POST';
  url: string;
  ids?: string[];
  headers?: Record<string, string>;
  body?: string;
  /** Open loop: requests a second, sent at random times however late the answers are. */
  rate?: number;
  /** Closed loop: clients, each of which sends its next request as soon as it has an answer. */
  clients?: number;
  /** How often, and after which pause, a client retries a request that got 503 or no answer. */
  retry?: {times: number; pauseMs: number};
  /** Whether the report lists the ids of what was created. */
  lists?: boolean;
};

export type Plan = {
  streams: Stream[];
  /** The same seed gives the same arrivals in phases of the same name. */
  seed: number;
  /** Connections to each host that are used in turn. A connection sticks to one pod, so one alone would load one pod. */
  connections?: number | undefined;
};

export type Phase = {
  phase: string;
  /** Multiplies the rates of the plan. */
  factor?: number | undefined;
  /** The name of the only stream to send; without it all streams are sent. */
  only?: string | undefined;
  /** The phase ends after `seconds`, and its outcomes are reported once the last request is answered. */
  seconds?: number;
};

/** The latencies in milliseconds of the requests with this outcome: a status with the problem's code, or an error's code. */
export type Outcomes = Record<string, number[]>;

/** Requests are counted by tenths of a second. */
export const SLOT_MS = 100;

/** The number of requests by outcome in each tenth of a second since a phase began, by when they were due. */
export type Timeline = Record<string, number[]>;

export type Report = {
  /** By phase, then by stream. */
  outcomes: Record<string, Record<string, Outcomes>>;
  /** By phase, then by stream. */
  timelines: Record<string, Record<string, Timeline>>;
  /** For streams that list them, the ids of what was created, by the number of the request. */
  created: Record<string, Record<number, string>>;
  /** The number of connections that were opened. */
  connections: number;
};

/**
 * Commands to the load generator, one line of JSON each: first the plan, then phases, then `stop`. It replies with one line
 * to the plan, to each phase with `seconds`, and to `stop`.
 */
export type Command = Phase | 'stop';
