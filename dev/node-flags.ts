import {realpathSync} from 'node:fs';
import {resolve} from 'node:path';

/**
 * The flags with which Node runs a service, as in its image. The service can read its code, /proc (for the metrics), and
 * the files that its settings name. It can neither write files nor start programs or threads, and a key called
 * `__proto__` reaches no prototype.
 */
export const nodeFlags = (env: NodeJS.ProcessEnv): string[] => [
  '--disable-proto=throw',
  '--permission',
  ...[...CODE, '/proc/*', ...filesIn(env)].map(path => `--allow-fs-read=${resolve(path)}`),
];

// In a git worktree node_modules may be a symbolic link. Node then reads the link and its target.
const CODE = ['package.json', 'services/*', 'node_modules/*', `${realpathSync('node_modules')}/*`];

const filesIn = (env: NodeJS.ProcessEnv): string[] =>
  Object.entries(env).flatMap(([name, file]) => (name.endsWith('_FILE') && file ? [file] : []));
