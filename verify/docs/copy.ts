import {cp, glob, readFile, realpath, symlink, writeFile} from 'node:fs/promises';
import {join, matchesGlob} from 'node:path';

// Where ports, the namespace and MongoDB's version are written down.
const EDITED = '{skaffold.yaml,charts/mongodb/Chart.yaml,k8s/overlays.ts,k8s/{base,overlays}/**/*.yaml}';

/** Copies this checkout as a reader would clone it, with node_modules linked, and with edits where a page uses its files. */
export async function cleanCopy(folder: string, edit: (text: string) => string): Promise<void> {
  const ignored = (await readFile('.gitignore', 'utf8')).split('\n').map(line => line.replace(/\/$/u, ''));
  const isLeftOut = (path: string): boolean => ['.git', ...ignored].some(pattern => matchesGlob(path, pattern));
  await cp('.', folder, {recursive: true, verbatimSymlinks: true, filter: path => path === '.' || !isLeftOut(path)});
  await symlink(await realpath('node_modules'), join(folder, 'node_modules'));

  for await (const file of glob(EDITED, {cwd: folder})) {
    const text = await readFile(join(folder, file), 'utf8');
    await writeFile(join(folder, file), edit(text));
  }
}
