import {execFile} from 'node:child_process';
import {cp, mkdtemp, realpath, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';

const run = promisify(execFile);

/** A repository with the hook switched on, and with this file staged. */
async function staged(
  t: ExecutionContext,
  file: string,
  text: string,
): Promise<(...words: string[]) => Promise<unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-hook-'));
  t.teardown(() => rm(folder, {recursive: true}));
  for (const copied of ['.oxlintrc.json', '.oxfmtrc.json', 'tools/hooks']) {
    await cp(copied, join(folder, copied), {recursive: true});
  }
  await symlink(await realpath('node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, file), text);

  const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'core.hooksPath=tools/hooks'];
  // A commit that runs this test has set variables that name its own repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const git = (...words: string[]) => run('git', [...identity, ...words], {cwd: folder, env});
  await git('init', '--quiet');
  await git('add', file);
  return git;
}

for (const [what, file, text, taken] of [
  ['takes a file that lint and format take', 'good.ts', 'export const good = 1;\n', true],
  ['takes a file that neither looks at', 'Dockerfile', 'FROM  scratch\n', true],
  ['refuses a file that lint refuses', 'unused.ts', 'const unused = 1;\n', false],
  ['refuses a file that is not formatted', 'wide.ts', 'export const  wide = 1;\n', false],
] as const) {
  test(`the pre-commit hook ${what}`, async t => {
    const git = await staged(t, file, text);

    const committing = git('commit', '--quiet', '--message', 'Try the hook');
    await (taken ? t.notThrowsAsync(committing) : t.throwsAsync(committing, {message: new RegExp(file, 'u')}));
  });
}
