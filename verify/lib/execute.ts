import {execFile, spawn} from 'node:child_process';
import {promisify} from 'node:util';

const executeFile = promisify(execFile);

export type ExecuteOptions = {input?: string; seconds?: number; env?: Record<string, string>};

/** Runs a program to its end and gives what it printed. @throws an error with its last lines, or that it took too long. */
export async function execute(program: string, args: string[], options: ExecuteOptions = {}): Promise<string> {
  const {input = '', seconds = 60, env} = options;
  const running = executeFile(program, args, {timeout: seconds * 1000, maxBuffer: 64 * 1024 * 1024, env});
  // A program that ends without reading all of its input says so in its exit code.
  running.child.stdin?.on('error', () => undefined).end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    const {killed, stderr, message} = error as Error & {killed: boolean; stderr: string};
    const why = killed ? `not done after ${seconds} s` : lastLinesOf(stderr || message);
    throw new Error(`${program} ${args.join(' ').slice(0, 160)}: ${why}`, {cause: error});
  }
}

const lastLinesOf = (text: string): string => text.trim().split('\n').slice(-4).join(' | ');

/** Starts a program that its caller ends. What it writes to stderr is dropped: only its end counts. */
export const start = (program: string, args: string[]) => spawn(program, args, {stdio: ['pipe', 'pipe', 'ignore']});
