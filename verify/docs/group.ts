import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {hasEnded} from '../../dev/process.ts';

const GRACE_MS = 60_000;

export type Group = {
  /** Asks every process to end. */
  end: () => void;
  isEnding: () => boolean;
  /** When every process has ended. @throws an error if some are still there a minute after the leader. */
  closed: Promise<void>;
};

/** A process that leads its process group, and all that it started. */
export function groupOf(leader: ChildProcess): Group {
  let isEnding = false;
  const closed = closing(leader);
  closed.catch(() => undefined);
  return {
    end() {
      // Only once: a second signal can mean not to clean up.
      if (isEnding || hasEnded(leader)) return;
      isEnding = true;
      signalTo(leader, 'SIGTERM');
    },
    isEnding: () => isEnding,
    closed,
  };
}

async function closing(leader: ChildProcess): Promise<void> {
  const closed = once(leader, 'close');
  await once(leader, 'exit');
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    signalTo(leader, 'SIGKILL');
    // Whoever has left the group may hold them open.
    for (const stream of leader.stdio) stream?.destroy();
  }, GRACE_MS);
  await closed;
  clearTimeout(timer);
  if (isLate) throw new Error(`What it started did not end within ${GRACE_MS / 1000} s`);
}

function signalTo({pid}: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid) process.kill(-pid, signal);
  } catch {
    // It ended at this very moment.
  }
}
