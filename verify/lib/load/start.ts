import {fork, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import type {Plan, Report, Stream} from './plan.ts';

/** A load that runs in a process of its own. */
export type Load = {
  /** From now on at this multiple of its rates, and counted under this name. */
  enter(phase: string, factor?: number): void;
  /** What came of it, once the last request has. */
  stop(): Promise<Report>;
};

type LoadOptions = {seed: number; signal: AbortSignal};

/** The load of these streams, which waits for its first phase; the signal ends it. */
export async function startLoad(streams: Stream[], {seed, signal}: LoadOptions): Promise<Load> {
  const child = fork('verify/lib/load/main.ts', {serialization: 'advanced', signal, killSignal: 'SIGKILL'});
  child.on('error', () => undefined);
  const begun = once(child, 'message');
  child.send({plan: {streams, seed} satisfies Plan});
  await begun;
  return {
    enter: (phase, factor = 1) => void child.send({phase, factor}),
    stop: () => reportOf(child),
  };
}

async function reportOf(child: ChildProcess): Promise<Report> {
  const reported = once(child, 'message');
  child.send('stop');
  const [report] = (await reported) as [Report];
  child.disconnect();
  return report;
}
