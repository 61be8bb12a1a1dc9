import {cp, readFile, realpath, symlink} from 'node:fs/promises';
import {join, matchesGlob} from 'node:path';

/** Copies this checkout, with what is not committed, as a reader would clone it; node_modules is a link to ours. */
export async function copyCheckout(folder: string): Promise<void> {
  const ignored = (await readFile('.gitignore', 'utf8')).split('\n').map(line => line.replace(/\/$/u, ''));
  const isLeftOut = (path: string): boolean => ['.git', ...ignored].some(pattern => matchesGlob(path, pattern));
  await cp('.', folder, {recursive: true, verbatimSymlinks: true, filter: path => path === '.' || !isLeftOut(path)});
  await symlink(await realpath('node_modules'), join(folder, 'node_modules'));
}
