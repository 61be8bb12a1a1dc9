import {execFile} from 'node:child_process';
import {readFile, writeFile} from 'node:fs/promises';
import {promisify} from 'node:util';

const END = '<!-- The end of what is made. -->';

/** The page with this text in the place of what the command made before. @throws if the page has no such place. */
export async function pageWith(page: string, command: string, made: string): Promise<string> {
  const text = await readFile(page, 'utf8');
  const begin = `<!-- Made by ${command}. -->`;
  const [before, after] = [text.indexOf(begin), text.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`${page} has no place for what ${command} makes`);
  return `${text.slice(0, before)}${begin}\n\n${made}\n\n${text.slice(after)}`;
}

/** Writes the page, formatted. */
export async function writePage(page: string, text: string): Promise<void> {
  await writeFile(page, text);
  await promisify(execFile)('oxfmt', [page]);
}
