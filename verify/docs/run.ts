import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {blocksOf, type Block, type Kind} from './blocks.ts';
import {difference} from './compare.ts';
import {cleanCopy} from './copy.ts';
import {freePorts, type Ports} from './ports.ts';
import {startSession, type Session} from './session.ts';
import {makeShims, type Shims} from './shims.ts';

/** Where blocks of a kind are run. */
export type Place = {
  kind: Kind;
  /** How long one block may take. */
  seconds: number;
  env: NodeJS.ProcessEnv;
  /** Commands, and the files that they use, as they are to be in this place. */
  edit(text: string): string;
};

/** This machine. */
export const here: Place = {kind: 'local', seconds: 120, env: {}, edit: text => text};

/**
 * Runs the page's blocks of this kind in their order, in one shell and a clean copy, and says of each how it went. Gives
 * how many were run.
 * @throws an error with place, command and output of the first one that fails or does not print what is shown.
 */
export async function runPage(page: string, place: Place, say: (line: string) => void): Promise<number> {
  const text = await readFile(page, 'utf8');
  const blocks = blocksOf(text, page).filter(({kind}) => kind === place.kind);
  if (blocks.length === 0) return 0;

  const ports = await freePorts(text);
  const edit = (text: string): string => place.edit(ports.replace(text));
  const folder = await mkdtemp(join(tmpdir(), 'duet-docs-'));
  const copy = join(folder, 'copy');
  await cleanCopy(copy, edit);
  const shims = await makeShims(folder);
  const session = startSession(copy, folder, {...process.env, ...UNSET, ...ports.env, ...shims.env, ...place.env});
  try {
    for (const block of blocks) say(`${block.place} ${await runBlock(block, {...place, session, shims, ports, edit})}`);
  } finally {
    await session.end();
    await rm(folder, {recursive: true});
  }
  return blocks.filter(({notRun}) => !notRun).length;
}

// What `npm test` sets, and a reader's shell does not.
const UNSET = {NODE_ENV: undefined, NODE_OPTIONS: undefined, TEST_MONGO_URL: undefined};

type Context = Omit<Place, 'kind' | 'env'> & {session: Session; shims: Shims; ports: Ports};

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
    return [outcomeOf(block), ...listed].join('; ');
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
