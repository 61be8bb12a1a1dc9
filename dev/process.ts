import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';

export const hasEnded = ({exitCode, signalCode}: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** Sends SIGTERM, and SIGKILL after `waitMs`. Resolves when the process has exited, so its locks and ports are free. */
export async function stop(child: ChildProcess, waitMs = 30_000): Promise<void> {
  if (hasEnded(child)) return;

  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), waitMs);
  await exited;
  clearTimeout(timer);
}
