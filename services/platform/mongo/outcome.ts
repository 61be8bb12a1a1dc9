import {AsyncLocalStorage} from 'node:async_hooks';
import {mongo, type Connection} from 'mongoose';

/**
 * A write of a store, as far as the driver has come with it: `stop` ends it, and `sent` counts the commands that MongoDB
 * has been given and not refused. With one of them it may be stored, now or later, whatever error came back.
 */
export type Write = {stop: AbortController; sent: number};

const writes = new AsyncLocalStorage<Write>();

/** Runs the commands of a write. */
export const runWrite = <T>(write: Write, work: () => T): T => writes.run(write, work);

/** Ends the driver's work on the current write, its retry as well, once nobody waits for it. */
export const signalOfWrite = (): AbortSignal | undefined => writes.getStore()?.stop.signal;

const COMMANDS = new Set(['insert', 'update', 'delete', 'findAndModify']);

/**
 * Counts the commands of writes on this connection, which must have `monitorCommands`.
 * Hand-written: from the driver's error alone one cannot tell. After a lost answer it may find no primary for its retry,
 * and throws the same error as if it had sent nothing.
 */
export function observeWrites(connection: Connection): void {
  const count = (more: number, commandName: string) => {
    const write = writes.getStore();
    if (write && COMMANDS.has(commandName)) write.sent += more;
  };
  connection
    .getClient()
    .on('commandStarted', ({commandName}) => count(1, commandName))
    .on('commandFailed', ({commandName, failure}) => count(isRefusal(failure) ? -1 : 0, commandName));
}

/** Server codes of commands that were not begun: not authorized, authentication failed, not primary. */
const REFUSALS = new Set<unknown>([13, 18, 10107]);

const isRefusal = (error: Error): boolean =>
  error instanceof mongo.MongoError && (error.hasErrorLabel('NoWritesPerformed') || REFUSALS.has(error.code));
