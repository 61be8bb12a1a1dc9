import {existsSync} from 'node:fs';
import {mkdir, readFile, rename as move, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {BadName, capitalised} from './names.ts';
import {linesIn, type Run} from './scratch.ts';

/** Helm's limit for a release is 53 characters, and some names of objects append to this one. */
const LONGEST = 30;

/** What YAML 1.1, which Kubernetes reads, takes for something else than text. */
const NOT_TEXT = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']);

/** @throws BadName if the project cannot have this name: a package, a chart, a namespace and a label have it as well. */
export async function checkProject(name: string, run: Run): Promise<void> {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u.test(name)) {
    throw new BadName(
      `${name}: a name has words of a to z and digits after a letter, with single hyphens between them`,
    );
  }
  if (name.length > LONGEST) throw new BadName(`${name}: a name has at most ${LONGEST} characters`);
  if (NOT_TEXT.has(name)) throw new BadName(`${name}: YAML does not read it as text`);
  if (existsSync(`charts/${name}`)) throw new BadName(`${name}: charts/${name} exists already`);
  const [file] = await filesWith(name, run, 'k8s', ':!k8s/test');
  if (file)
    throw new BadName(`${name}: ${file} has this word already, so nobody could tell it from the project's name`);
}

/** Gives the copy in the folder another name, wherever the old one stands as a word, also in paths. */
export async function renameProject(from: string, to: string, folder: string, run: Run): Promise<void> {
  const rename = projectRenamer(from, to);
  for (const file of await filesWith(`${from}|${titleOf(from)}`, run)) {
    const path = join(folder, file);
    await writeFile(path, rename(await readFile(path, 'utf8')));
  }
  const named = linesIn(await run('git', 'ls-files')).filter(file => rename(file) !== file);
  for (const file of named) {
    await mkdir(dirname(join(folder, rename(file))), {recursive: true});
    await move(join(folder, file), join(folder, rename(file)));
  }
}

/** Puts the name of a project in the place of another one. */
export const projectRenamer =
  (from: string, to: string) =>
  (text: string): string =>
    text.replaceAll(wordOf(from), to).replaceAll(wordOf(titleOf(from)), titleOf(to));

/** As a word of text, or behind the `\b` of a regular expression. */
const wordOf = (word: string): RegExp => new RegExp(String.raw`(?<=^|[^A-Za-z0-9]|\\b)${word}(?![A-Za-z0-9])`, 'gmu');

const titleOf = (name: string): string => name.split('-').map(capitalised).join(' ');

async function filesWith(word: string, run: Run, ...paths: string[]): Promise<string[]> {
  const pattern = String.raw`(^|[^A-Za-z0-9]|\\b)(${word})($|[^A-Za-z0-9])`;
  const found = await run('git', 'grep', '-l', '-I', '-P', pattern, '--', ...(paths.length > 0 ? paths : ['.'])).catch(
    () => '',
  );
  return linesIn(found);
}
