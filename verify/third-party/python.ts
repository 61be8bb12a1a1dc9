import {createHash} from 'node:crypto';
import {access, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {cacheFolder, firstExecutable, onPath} from '../../tools/fetch/executables.ts';
import {execute} from '../lib/execute.ts';

const REQUIREMENTS = 'verify/third-party/requirements.txt';

/** How long the packages may take to arrive, in seconds. */
const PATIENCE_S = 600;

/**
 * A virtual environment of Python with the pinned packages, in the user's cache, where it is made once. Returns its
 * folder of programs, or '' without python3.
 */
export async function pythonPrograms(say: (line: string) => void): Promise<string> {
  const python = await firstExecutable(onPath('python3'));
  if (python === undefined) return '';

  const version = await execute(python, ['--version']);
  const pins = createHash('sha256')
    .update(version)
    .update(await readFile(REQUIREMENTS))
    .digest('hex');
  const folder = join(cacheFolder(), `third-party-${pins.slice(0, 12)}`);
  if (!(await exists(join(folder, 'complete')))) {
    say(`Installing the packages of ${REQUIREMENTS} in ${folder} …`);
    await install(python, folder);
  }
  return join(folder, 'bin');
}

async function install(python: string, folder: string): Promise<void> {
  await execute(python, ['-m', 'venv', '--clear', folder], {seconds: PATIENCE_S});
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', REQUIREMENTS];
  await execute(join(folder, 'bin', 'python'), pip, {seconds: PATIENCE_S});
  // An interrupted installation is made again.
  await writeFile(join(folder, 'complete'), '');
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
