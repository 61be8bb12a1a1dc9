import {execFile, type ChildProcess} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

const folderIn = (dataFolder: string): string => join(dataFolder, 'processes');

/** Notes the process in the data folder until it exits, so that a later start can name it if this one is killed. */
export function note(dataFolder: string, name: string, child: ChildProcess): void {
  const folder = folderIn(dataFolder);
  const file = join(folder, name);
  mkdirSync(folder, {recursive: true});
  writeFileSync(file, String(child.pid));
  child.once('exit', () => rmSync(file, {force: true}));
}

/** What to do about processes of an earlier start with this data that still run; undefined if there are none. */
export async function adviceAbout(dataFolder: string): Promise<string | undefined> {
  const left = (await Promise.all(notedIn(dataFolder).map(found))).filter(each => each !== undefined);
  if (left.length === 0) return undefined;

  const starter = (await Promise.all(left.map(({parent}) => commandOf(parent)))).findIndex(isStarter);
  if (starter !== -1) return `npm start runs here already. This ends it: kill ${left[starter]?.parent}`;
  const names = left.map(({name, pid}) => `${name} (${pid})`).join(', ');
  return `An earlier npm start was killed and left ${names}. This ends them: kill ${left.map(({pid}) => pid).join(' ')}`;
}

function notedIn(dataFolder: string): {name: string; pid: string}[] {
  try {
    const folder = folderIn(dataFolder);
    return readdirSync(folder).map(name => ({name, pid: readFileSync(join(folder, name), 'utf8')}));
  } catch {
    return [];
  }
}

/** The noted process if it still runs: its number may belong to another program by now. */
async function found({name, pid}: {name: string; pid: string}) {
  const command = await commandOf(pid);
  if (!/mongod|services\/[^/]+\/main\.ts/u.test(command)) return undefined;
  return {name, pid, parent: await ask('ppid=', pid)};
}

const isStarter = (command: string): boolean => command.includes('dev/main.ts');

const commandOf = (pid: string): Promise<string> => ask('args=', pid);

async function ask(column: string, pid: string): Promise<string> {
  try {
    return (await run('ps', ['-ww', '-o', column, '-p', pid])).stdout.trim();
  } catch {
    return '';
  }
}
