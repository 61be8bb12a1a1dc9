import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {copyCheckout} from '../../tools/checkout.ts';

const execute = promisify(execFile);

/** A run of tests: the titles of those that failed, and what was printed. */
type Tested = {failed: string[]; output: string};

/** A copy of this folder in which something may be broken. */
export type Copy = {
  folder: string;
  /** Replaces a text that is in the file once. Returns what undoes it. @throws if it is not there once. */
  change: (file: string, from: string, to: string) => Promise<() => Promise<void>>;
  /** Runs the tests of these files, as `npm run ava` does. */
  test: (...files: string[]) => Promise<Tested>;
  remove: () => Promise<void>;
};

/** Copies this folder. The signal ends tests. */
export async function copyTree(signal: AbortSignal): Promise<Copy> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-defects-'));
  await copyCheckout(folder);
  return {
    folder,
    async change(file, from, to) {
      const path = join(folder, file);
      const text = await readFile(path, 'utf8');
      await writeFile(path, replaceOnce(text, from, to));
      return () => writeFile(path, text);
    },
    async test(...files) {
      const words = ['run', '--silent', 'ava', '--', ...files];
      const running = execute('npm', words, {cwd: folder, signal, maxBuffer: MB});
      const output = await running.then(
        ({stdout: all}) => all,
        (error: {stdout: string; stderr: string}) => error.stdout + error.stderr,
      );
      return {failed: titlesOf(output), output};
    },
    remove: () => rm(folder, {recursive: true}),
  };
}

const MB = 64 * 1024 * 1024;

/** @throws an error if the text has `from` not at all, or more than once. */
export function replaceOnce(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`not there once: ${from}`);
  return text.replace(from, () => to);
}

/**
 * The titles of the tests that failed, without their files: those that stand alone above a failure, since in
 * the list of tests the message follows on the same line.
 */
export const titlesOf = (output: string): string[] =>
  [...output.matchAll(/^ {2}(\S.*)\n\n {2}(?:\S+\.ts:\d+$|Rejected promise)/gmu)].map(
    ([, title = '']) => title.split(' › ').at(-1) ?? '',
  );
