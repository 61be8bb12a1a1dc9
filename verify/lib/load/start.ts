import {spawn, type ChildProcessByStdio} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import type {Readable, Writable} from 'node:stream';
import type {Command, Outcomes, Phase, Plan, Report, Stream} from './plan.ts';

/** A running load generator. */
export type Load = {
  /** Begins a phase, which lasts until the next one begins. */
  enter(phase: string, options?: PhaseOptions): void;
  /** Sends a phase to its end; resolves with its outcomes by stream once the last request is answered. */
  complete(phase: string, options: PhaseOptions & {seconds: number}): Promise<Record<string, Outcomes>>;
  /** Stops sending; resolves with the report once the last request is answered. */
  stop(): Promise<Report>;
};

export type PhaseOptions = Pick<Phase, 'factor' | 'only'>;

type LoadProcess = ChildProcessByStdio<Writable, Readable, null>;

/** The load generator's file. */
export const LOAD_FILE = 'verify/lib/load/main.ts';

type LoadOptions = Pick<Plan, 'seed' | 'connections'> & {signal: AbortSignal};

/** Starts a load generator on this machine; it waits for its first phase. The signal kills it. */
export function startLoad(streams: Stream[], {seed, connections, signal}: LoadOptions): Promise<Load> {
  const child = spawn(process.execPath, [LOAD_FILE], {
    stdio: ['pipe', 'pipe', 'inherit'],
    signal,
    killSignal: 'SIGKILL',
  });
  child.on('error', () => undefined);
  return steer(child, {streams, seed, connections});
}

/** How long the load generator may take to start, and to answer after the end of a phase. */
const PATIENCE_S = 60;

/**
 * Controls a load generator over the standard input and output of its process, wherever that runs.
 * @throws if the process ends, or does not answer in time.
 */
export async function steer(child: LoadProcess, plan: Plan): Promise<Load> {
  const lines = createInterface(child.stdout);
  const ended = once(lines, 'close').then(() => {
    throw new Error('The load generator ended before it was told to stop');
  });
  ended.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  const tell = (command: Plan | Command) => void child.stdin.write(`${JSON.stringify(command)}\n`);

  async function ask<Answer>(command: Plan | Command, seconds = 0): Promise<Answer> {
    const answered = once(lines, 'line', {signal: AbortSignal.timeout((PATIENCE_S + seconds) * 1000)});
    tell(command);
    const [line] = (await Promise.race([answered, ended])) as [string];
    return JSON.parse(line) as Answer;
  }

  await ask(plan);
  return {
    enter: (phase, options = {}) => tell({phase, ...options}),
    complete: (phase, options) => ask({phase, ...options}, options.seconds),
    stop: () => ask('stop'),
  };
}
