import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {serviceNames} from '../../tools/services.ts';
import {execute} from '../lib/execute.ts';
import {lastRelease} from '../lib/origin.ts';

// Not a dependency of a module of ours: Go compiles it once, into its cache.
const OASDIFF = ['run', 'github.com/oasdiff/oasdiff@v1.37.0', 'breaking', '--fail-on', 'ERR'];
const PATIENCE_S = 300;

type Document = {paths: Record<string, Record<string, unknown>>};

/**
 * oasdiff finds no change since the last release that breaks a client of a service. As the control, it finds one in a
 * document without its first path.
 */
export async function contract(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'contract-'));
  try {
    const release = await lastRelease();
    for (const name of serviceNames) {
      await expectFound(name, folder);
      if (release) await expectUnbroken(name, release, folder);
    }
    return `${serviceNames.length} documents${release ? ` beside ${release}` : ', with no release before them'}; a removed path is found`;
  } finally {
    await rm(folder, {recursive: true});
  }
}

const documentOf = (name: string): string => `services/${name}/openapi.json`;

async function expectFound(name: string, folder: string): Promise<void> {
  const document = JSON.parse(await readFile(documentOf(name), 'utf8')) as Document;
  const [path = ''] = Object.keys(document.paths);
  const {[path]: _, ...others} = document.paths;
  const broken = join(folder, `${name}-broken.json`);
  await writeFile(broken, JSON.stringify({...document, paths: others}));

  const said = await breaking(documentOf(name), broken).catch((error: unknown) => (error as Error).message);
  if (!said.includes(path)) throw new Error(`oasdiff does not see that ${path} is gone: ${said}`);
}

async function expectUnbroken(name: string, release: string, folder: string): Promise<void> {
  const text = await execute('git', ['show', `${release}:${documentOf(name)}`]).catch(() => undefined);
  // A service that is newer than the release has nothing to break.
  if (text === undefined) return;
  const before = join(folder, `${name}-${release}.json`);
  await writeFile(before, text);
  await breaking(before, documentOf(name));
}

/** @throws an error with what oasdiff says, if a change from one to the other breaks clients. */
const breaking = (from: string, to: string): Promise<string> =>
  execute('go', [...OASDIFF, from, to], {seconds: PATIENCE_S}).catch((error: Error) => {
    // What breaks is on stdout; without it, the program did not run.
    const {stdout} = error.cause as {stdout: string};
    throw new Error(stdout || error.message, {cause: error});
  });
