/** A fault that somebody could make here, or has made: a text of a file, and what stands there instead. */
export type Defect = {
  name: string;
  /** What it would do to a user. */
  cost: string;
  file: string;
  from: string;
  to: string;
  /** The tests of which one must fail. */
  caughtBy: string;
};
