import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Block} from './blocks.ts';
import {difference} from './compare.ts';
import {cleanCopy} from './copy.ts';
import {freePorts, type Ports} from './ports.ts';
import type {Page} from './pages.ts';
import {startSession, type Session} from './session.ts';
import {makeShims, type Shims} from './shims.ts';

/** Where blocks are run. */
export type Place = {
  /** How long one block may take. */
  seconds: number;
  env: NodeJS.ProcessEnv;
  /** Commands, and the files that they use, as they are to be in this place. */
  edit(text: string): string;
  /** Ends what runs. */
  signal?: AbortSignal | undefined;
};

/** This machine, without a way to a cluster or to Docker: a block that is marked wrongly must not change them. */
export const here: Place = {
  seconds: 120,
  env: {KUBECONFIG: '/dev/null', DOCKER_HOST: 'unix:///dev/null'},
  edit: text => text,
};

/**
 * Runs the page's blocks in their order, in one shell and a clean copy, and says of each how it went.
 * @throws an error with place, command and output of the first one that fails or does not print what is shown.
 */
export async function runPage({text, blocks}: Page, place: Place, print: (line: string) => void): Promise<void> {
  const ports = await freePorts(text);
  const edit = (text: string): string => place.edit(ports.replace(text));
  const folder = await mkdtemp(join(tmpdir(), 'duet-docs-'));
  const copy = join(folder, 'copy');
  await cleanCopy(copy, edit);
  const shims = await makeShims(folder);
  const session = startSession(copy, folder, {...process.env, ...UNSET, ...ports.env, ...shims.env, ...place.env});
  place.signal?.addEventListener('abort', () => void session.end().catch(() => undefined));
  try {
    place.signal?.throwIfAborted();
    for (const block of blocks)
      print(`${block.place} ${await runBlock(block, {...place, session, shims, ports, edit})}`);
  } finally {
    try {
      await session.end();
    } finally {
      await rm(folder, {recursive: true});
    }
  }
}

/** Runs the pages, and prints the errors. Gives the files of the pages that fail. */
export async function failuresOf(
  pages: Page[],
  run: (page: Page) => Promise<void>,
  print: (line: string) => void,
): Promise<string[]> {
  const failed = [];
  for (const page of pages) {
    try {
      await run(page);
    } catch (error) {
      print((error as Error).message);
      failed.push(page.file);
    }
  }
  return failed;
}

// What `npm test` sets, and a reader's shell does not.
const UNSET = {NODE_ENV: undefined, NODE_OPTIONS: undefined, TEST_MONGO_URL: undefined};

type Context = Omit<Place, 'env'> & {session: Session; shims: Shims; ports: Ports};

/** Runs the block, and gives how it went. */
async function runBlock(block: Block, {session, shims, ports, edit, seconds}: Context): Promise<string> {
  if (block.notRun) return `is not run: ${block.notRun}`;

  const text = edit([block.given, block.as ?? block.text].join('\n'));
  try {
    const printed = block.until
      ? await session.background(text, edit(block.until), seconds)
      : await session.run(text, seconds);
    const {listed, errors} = await shims.notes();
    const problem = block.shown ? difference(block.shown, ports.restore(printed)) : errors.join('\n');
    if (problem) throw new Error(problem);
    return [outcomeOf(block), ...new Set(listed)].join('; ');
  } catch (error) {
    throw new Error(`${block.place}: ${ports.restore((error as Error).message)}`, {cause: error});
  }
}

function outcomeOf({given, as, until, shown}: Block): string {
  const remarks = [
    given && `after ${given}`,
    as && `as ${as}`,
    until && `until ${until}`,
    shown && 'prints what is shown',
  ];
  return ['runs', ...remarks.filter(Boolean)].join(', ');
}
