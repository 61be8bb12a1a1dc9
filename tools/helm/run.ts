import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {findHelm} from './find.ts';

const run = promisify(execFile);

/**
 * Runs helm with `input` on its standard input, and returns what it prints.
 * @throws an error with helm's message.
 */
export function helm(commandLine: string[], input = ''): Promise<string> {
  // One at a time: AVA starts the tests of a file together, and the machine may be small.
  const output = before.then(() => runHelm(commandLine, input));
  before = output.catch(() => undefined);
  return output;
}

let before: Promise<unknown> = Promise.resolve();

async function runHelm(commandLine: string[], input: string): Promise<string> {
  const running = run(await findHelm(), commandLine, {maxBuffer: 64 * 1024 * 1024});
  running.child.stdin?.end(input);
  try {
    const {stdout} = await running;
    return stdout;
  } catch (error) {
    throw new Error(complaintOf(error as Error & {stdout?: string; stderr?: string}), {cause: error});
  }
}

const complaintOf = (error: {message: string; stdout?: string; stderr?: string}): string =>
  [error.stdout, error.stderr].join('\n').trim() || error.message;
