import {realpathSync} from 'node:fs';
import {resolve} from 'node:path';

/**
 * The flags with which Node runs a service of a folder, as in its image. The service can read its code, /proc (for the metrics), and
 * the files that its settings name. It can neither write files nor start programs or threads, and a key called
 * `__proto__` reaches no prototype.
 */
export function nodeFlags(env: NodeJS.ProcessEnv, folder = '.'): string[] {
  // In a git worktree node_modules may be a symbolic link. Node then reads the link and its target.
  const modules = realpathSync(resolve(folder, 'node_modules'));
  const code = ['package.json', 'services/*', 'node_modules/*', `${modules}/*`].map(path => resolve(folder, path));
  const files = filesIn(env).map(file => resolve(file));
  return [
    '--disable-proto=throw',
    '--permission',
    ...[...code, '/proc/*', ...files].map(path => `--allow-fs-read=${path}`),
  ];
}

const filesIn = (env: NodeJS.ProcessEnv): string[] =>
  Object.entries(env).flatMap(([name, file]) => (name.endsWith('_FILE') && file ? [file] : []));
