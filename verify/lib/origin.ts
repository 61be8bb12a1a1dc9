import {cpus} from 'node:os';
import {execute} from './execute.ts';

// Where and when a record was made, and of what.

export const today = (): string => new Date().toISOString().slice(0, 10);

export const machine = (): string => `${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}`;

/** The commit that is checked; says so if these paths have changes that are not in it. */
export async function commitOf(paths: string[]): Promise<string> {
  const commit = await execute('git', ['rev-parse', '--short', 'HEAD']);
  const changes = await execute('git', ['status', '--porcelain', '--', ...paths]);
  return `${commit.trim()}${changes ? ' with changes' : ''}`;
}

/** The tag of the last release before this commit, if there is one. */
export const lastRelease = (): Promise<string | undefined> =>
  execute('git', ['describe', '--tags', '--match', 'v*', '--abbrev=0']).then(
    tag => tag.trim(),
    () => undefined,
  );
