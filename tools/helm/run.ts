import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {findHelm} from './find.ts';

const run = promisify(execFile);

/**
 * What helm prints, given a text to read.
 * @throws an error with what it complains about.
 */
export function helm(commandLine: string[], input = ''): Promise<string> {
  // One after the other: AVA starts the tests of a file together, and the machine may be small.
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

// The charts' dependencies are symbolic links, which helm mentions each time.
const complaintOf = ({
  message,
  stdout = '',
  stderr = '',
}: {
  message: string;
  stdout?: string;
  stderr?: string;
}): string =>
  `${stdout}\n${stderr}`
    .split('\n')
    .filter(line => !line.includes('found symbolic link'))
    .join('\n')
    .trim() || message;
