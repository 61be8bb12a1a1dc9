import {execFile} from 'node:child_process';
import {mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {promisify} from 'node:util';

const execute = promisify(execFile);

/** Runs a program and returns what it wrote to standard output. */
export type Run = (program: string, ...args: string[]) => Promise<string>;

/**
 * Changes the repository as `work` changes a copy of it, all at once: if `work` fails, nothing has changed. Returns the
 * changed files, a line each.
 * @throws an error if the tree has changes that are not committed, which would be mixed with these.
 */
export async function changeAtOnce(
  work: (folder: string, run: Run) => Promise<void>,
  isDryRun = false,
): Promise<string> {
  const here = runnerIn('.');
  if (await here('git', 'status', '--porcelain')) throw new Error('commit or undo your changes first: git status');

  const folder = await mkdtemp(join(tmpdir(), 'copy-'));
  try {
    await here('git', 'worktree', 'add', '--quiet', '--detach', '--force', folder);
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    const there = runnerIn(folder);
    await work(folder, there);
    await there('git', 'add', '--all');
    // A link, which an entry of .gitignore for a folder does not match.
    await there('git', 'rm', '--quiet', '--cached', '--ignore-unmatch', 'node_modules');
    const patch = join(folder, '.git-patch');
    await writeFile(patch, await there('git', 'diff', '--cached', '--binary', '--no-renames'));
    if (!isDryRun) await here('git', 'apply', '--allow-empty', patch);
    return await there('git', 'diff', '--cached', '--stat=100', '--no-renames');
  } finally {
    await here('git', 'worktree', 'remove', '--force', folder).catch(() => rm(folder, {recursive: true, force: true}));
  }
}

/** Runs programs in this folder. A failure has their output. */
export const runnerIn =
  (cwd: string): Run =>
  async (program, ...args) => {
    try {
      return (await execute(program, args, {cwd, maxBuffer: 256 * 1024 * 1024})).stdout;
    } catch (error) {
      const {stdout, stderr} = error as {stdout: string; stderr: string};
      throw new Error(`${program} ${args.join(' ')}:\n${stdout}${stderr}`, {cause: error});
    }
  };

/** The lines of an output, without empty ones. */
export const linesIn = (output: string): string[] => output.split('\n').filter(Boolean);
