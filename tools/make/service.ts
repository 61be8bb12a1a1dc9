import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {readServices, serviceNames} from '../services.ts';
import {BadName, capitalised, renamer, type Words} from './names.ts';
import {withNeighbour} from './neighbour.ts';
import {linesIn, type Run} from './scratch.ts';
import {withoutDatabase} from './without-database/files.ts';

/** The service that others are copies of. */
const TEMPLATE: Words = {many: 'orders', one: 'order'};

/** The files that only this service has. What else must know it is made by `npm run generate` and `npm run k8s`. */
export async function filesOf(name: string, run: Run): Promise<string[]> {
  const own = [`services/${name}`, `charts/${name}`, `Dockerfile.${name}`];
  const observed = [`observability/services/${name}.ts`, `observability/test/services/${name}.ts`];
  return linesIn(await run('git', 'ls-files', '--', ...own, ...observed));
}

/** How a new service differs from the template. Of each neighbour besides users, everything that it makes names one. */
type Made = {words: Words; neighbours: Words[]; hasDatabase: boolean};

/** Writes a copy of the template with other words and ports into the folder. */
export async function copyTemplate({words, neighbours, hasDatabase}: Made, folder: string, run: Run): Promise<void> {
  const listed = await filesOf(TEMPLATE.many, run);
  let files = new Map(
    await Promise.all(listed.map(async file => [file, await readFile(join(folder, file), 'utf8')] as const)),
  );
  if (!hasDatabase) files = withoutDatabase(files);
  // A neighbour may be the template itself, so it gets its name last.
  const stand = neighbours.map((neighbour, index) => [standIn(index), neighbour] as [Words, Words]);
  for (const [words] of stand) files = withNeighbour(files, words);
  const rename = renamer([[TEMPLATE, words]]);
  const name = stand.length > 0 ? renamer(stand) : String;
  const renumber = await renumberer();
  for (const [file, text] of files) {
    const target = join(folder, name(rename(file)));
    await mkdir(dirname(target), {recursive: true});
    await writeFile(target, renumber(name(rename(text))));
  }
}

/** Words that no text has. */
const standIn = (index: number): Words => ({many: `standin${LETTERS[index]}s`, one: `standin${LETTERS[index]}`});

const LETTERS = 'abcdefghijklmnop';

/** Replaces the ports of the template by the next ones that no service has. */
async function renumberer(): Promise<(text: string) => string> {
  const services = await readServices();
  const template = services.find(({name}) => name === TEMPLATE.many);
  const next = (ports: number[]): number => Math.max(...ports) + 1;
  const api = next(services.map(({port}) => port));
  const ops = next(services.map(({opsPort}) => opsPort));
  return text =>
    text
      .replaceAll(new RegExp(`\\b${template?.port}\\b`, 'gu'), String(api))
      .replaceAll(new RegExp(`\\b${template?.opsPort}\\b`, 'gu'), String(ops));
}

/** Names of folders beside the services, of objects beside theirs, and of what their tests start. */
const TAKEN = ['platform', 'mongodb', 'test', 'duet', 'prometheus', 'grafana', 'jaeger'];

/** @throws BadName if a service has one of the words, or the template has one for something else. */
export async function checkFree({many, one}: Words, run: Run): Promise<void> {
  const taken = new Set([...TAKEN, ...serviceNames, ...serviceNames.map(name => name.replace(/s$/u, ''))]);
  const word = [many, one].find(each => taken.has(each));
  if (word) throw new BadName(`${word}: something has this name already`);

  const pattern = `\\b(${many}|${one})(\\b|[A-Z_])|[a-z](${capitalised(many)}|${capitalised(one)})(\\b|[A-Z])`;
  const code = [`services/${TEMPLATE.many}/*.ts`, ':!*/test/*'];
  const found = await run('git', 'grep', '-h', '-o', '-w', '-P', pattern, '--', ...code).catch(() => '');
  const [name] = linesIn(found);
  if (name) throw new BadName(`${name}: ${TEMPLATE.many}, of which it would be a copy, has such a name`);
}
