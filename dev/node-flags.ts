import {realpathSync} from 'node:fs';
import {resolve} from 'node:path';

/**
 * How Node runs a service, here as in its image: it may read its own code, what the kernel says of it for the metrics, and
 * the files that its settings name; it writes nothing and starts nothing, and no key called `__proto__` reaches a prototype.
 */
export const nodeFlags = (env: NodeJS.ProcessEnv): string[] => [
  '--disable-proto=throw',
  '--permission',
  ...[...CODE, '/proc/*', ...filesIn(env)].map(path => `--allow-fs-read=${resolve(path)}`),
];

// In a worktree node_modules may be a link, and then both ends of it are read.
const CODE = ['package.json', 'services/*', 'node_modules/*', `${realpathSync('node_modules')}/*`];

const filesIn = (env: NodeJS.ProcessEnv): string[] =>
  Object.entries(env).flatMap(([name, file]) => (name.endsWith('_FILE') && file ? [file] : []));
