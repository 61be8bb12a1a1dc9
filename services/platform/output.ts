import {write} from 'node:fs';
import {setTimeout as wait} from 'node:timers/promises';
import {promisify} from 'node:util';

/** Where log lines go. Nothing here waits for whoever reads them, and nothing throws. */
export type Output = {
  /** Queues a line that ends in a newline. */
  write(line: string): void;
  /** True once every line is written or dropped; false if that takes longer than a second. */
  flush(): Promise<boolean>;
};

/** About 4,000 lines: what a busy service logs in a few seconds. A second part of this size may be being written. */
const MAX_QUEUED = 1024 * 1024;
/** Lines that come within so many milliseconds share a write: each write wakes a thread. */
const GATHER_MS = 50;
const GIVE_UP_MS = 1_000;
/** For a pipe that is full and does not block, because a process that shares it made it so. */
const RETRY_MS = 20;

const NEWLINE = 10;

type Write = (fd: number, bytes: Buffer) => Promise<{bytesWritten: number}>;

/**
 * Writes lines to a file descriptor in a thread of the pool. If they cannot be written, or the queue is full, lines are
 * dropped: the oldest first, because the newest say how it ended. `onDrop` counts them.
 * Hand-written: pino's own destination retries a failed write of the last line for ever, and blocks until it succeeds.
 */
export function createOutput(fd: number, onDrop: (lines: number) => void, writeSome: Write = promisify(write)): Output {
  let [queue, size]: [string[], number] = [[], 0];
  let writing: Promise<void> | undefined;
  // The start of a line that could not be finished must not spoil the next line.
  let isTorn = false;

  function dropOldest(): void {
    const first = queue.shift();
    size -= first?.length ?? 0;
    onDrop(1);
  }

  let hurry = () => {};
  const gather = (): Promise<void> =>
    new Promise(resolve => {
      const timer = setTimeout(resolve, GATHER_MS);
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function writeQueue(): Promise<void> {
    while (queue.length > 0) {
      await gather();
      const bytes = Buffer.from(`${isTorn ? '\n' : ''}${queue.join('')}`);
      [queue, size] = [[], 0];
      const rest = await writeAll(bytes, some => writeSome(fd, some));
      isTorn = rest.length > 0 && (bytes.at(-rest.length - 1) ?? NEWLINE) !== NEWLINE;
      if (rest.length > 0) onDrop(rest.filter(byte => byte === NEWLINE).length);
    }
    writing = undefined;
  }

  return {
    write(line) {
      queue.push(line);
      size += line.length;
      while (size > MAX_QUEUED) dropOldest();
      writing ??= writeQueue();
    },
    async flush() {
      hurry();
      const timeout = new AbortController();
      const late = wait(GIVE_UP_MS, false, {signal: timeout.signal}).catch(() => false);
      const isDone = await Promise.race([Promise.resolve(writing).then(() => true), late]);
      timeout.abort();
      return isDone;
    },
  };
}

/** Writes the bytes. Returns those that could not be written. */
async function writeAll(bytes: Buffer, writeSome: (bytes: Buffer) => ReturnType<Write>): Promise<Buffer> {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      const {bytesWritten} = await writeSome(rest);
      rest = rest.subarray(bytesWritten);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return rest;
      await wait(RETRY_MS);
    }
  }
  return rest;
}
