import {execFile} from 'node:child_process';
import {cpus} from 'node:os';
import {promisify} from 'node:util';

// Where and when a record was made, and of what.

export const today = (): string => new Date().toISOString().slice(0, 10);

export const machine = (): string => `${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}`;

/** The commit that is checked; says so if these paths have changes that are not in it. */
export async function commitOf(paths: string[]): Promise<string> {
  const git = promisify(execFile);
  const {stdout: commit} = await git('git', ['rev-parse', '--short', 'HEAD']);
  const {stdout: changes} = await git('git', ['status', '--porcelain', '--', ...paths]);
  return `${commit.trim()}${changes ? ' with changes' : ''}`;
}
