import {access, constants} from 'node:fs/promises';
import {homedir} from 'node:os';
import {delimiter, join} from 'node:path';

/** The folder of fetched programs, which all clones share. */
export const cacheFolder = (): string => join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'duet');

/** The files in which a shell would look for a program, in its order. */
export const onPath = (program: string): string[] =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map(folder => join(folder, program));

/** The first of these files that can be executed, if any. */
export async function firstExecutable(files: string[]): Promise<string | undefined> {
  for (const file of files) {
    const executable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return file;
  }
  return undefined;
}
