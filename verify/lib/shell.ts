import {execFile, spawn} from 'node:child_process';
import {promisify} from 'node:util';

const execute = promisify(execFile);

export type RunOptions = {input?: string; seconds?: number};

/** Runs a command to its end and gives what it printed. @throws an error with its last words, or that it took too long. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const {input = '', seconds = 60} = options;
  const running = execute(command, args, {timeout: seconds * 1000, maxBuffer: 64 * 1024 * 1024});
  // A command that ends without reading all of its input says so in its exit code.
  running.child.stdin?.on('error', () => undefined).end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    const {killed, stderr, message} = error as Error & {killed: boolean; stderr: string};
    const why = killed ? `not done after ${seconds} s` : lastWords(stderr || message);
    throw new Error(`${command} ${args.join(' ').slice(0, 160)}: ${why}`, {cause: error});
  }
}

const lastWords = (text: string): string => text.trim().split('\n').slice(-4).join(' | ');

/** Starts a command that its caller ends. What it complains about is left out: its end is what counts. */
export const start = (command: string, args: string[]) => spawn(command, args, {stdio: ['pipe', 'pipe', 'ignore']});
