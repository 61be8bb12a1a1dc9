import {access, constants} from 'node:fs/promises';
import {homedir} from 'node:os';
import {delimiter, join} from 'node:path';

/** Where programs that were fetched are kept, once for every clone. */
export const cacheFolder = (): string => join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'duet');

/** Where a program of this name would be, in the order in which a shell looks. */
export const onPath = (program: string): string[] =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map(folder => join(folder, program));

/** The first of these files that can be run here, if any. */
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
